import Bytes
import Crypto

extension WebSocket {
    /// The opening handshake from the server's side (RFC 6455, 4.2), from the fields of a request to its answer.
    public struct Handshake: ~Escapable {
        private let isGet: Bool
        private let isHTTP11: Bool
        private let upgrade: Span<UInt8>?
        private let connection: Span<UInt8>?
        private let version: Span<UInt8>?
        private let key: Span<UInt8>?
        private let protocols: Span<UInt8>?

        /// The fields of a request; a repeated field is joined by commas, an absent one is `nil`.
        ///
        /// `Sec-WebSocket-Extensions` is not read: every extension is declined by not naming it in the answer (9.1).
        @_lifetime(copy upgrade, copy connection, copy version, copy key, copy protocols)
        public init(
            isGet: Bool, isHTTP11: Bool, upgrade: Span<UInt8>?, connection: Span<UInt8>?, version: Span<UInt8>?,
            key: Span<UInt8>?, protocols: Span<UInt8>?
        ) {
            self.isGet = isGet
            self.isHTTP11 = isHTTP11
            self.upgrade = upgrade
            self.connection = connection
            self.version = version
            self.key = key
            self.protocols = protocols
        }

        /// The answer to a handshake.
        public enum Answer: Equatable, Sendable {
            /// 101 with `Upgrade: websocket`, `Connection: Upgrade`, this `Sec-WebSocket-Accept` and, if there is one,
            /// this `Sec-WebSocket-Protocol`.
            case switching(accept: String, subprotocol: String?)
            /// 400 with a sentence on what is wrong.
            case badRequest(String)
            /// 426 with `Upgrade: websocket` and `Sec-WebSocket-Version: 13` (4.2.2, 4.4).
            case upgradeRequired
        }

        /// The answer of a server with these subprotocols; the client's order of preference decides.
        public func answer(subprotocols: [String] = []) -> Answer {
            guard isGet else { return .badRequest("a WebSocket begins with GET") }
            guard isHTTP11 else { return .badRequest("a WebSocket needs HTTP/1.1") }
            guard let upgrade, upgrade.lists("websocket") else {
                return .badRequest("the Upgrade field does not name websocket")
            }
            guard let connection, connection.lists("upgrade") else {
                return .badRequest("the Connection field does not name Upgrade")
            }
            guard let version, version.equals("13") else { return .upgradeRequired }
            guard let key, Handshake.isKey(key) else {
                return .badRequest("the Sec-WebSocket-Key field is not 16 bytes in base64")
            }
            guard let offered = offeredProtocols() else {
                return .badRequest("the Sec-WebSocket-Protocol field names what is no token")
            }
            return .switching(accept: Handshake.accept(key), subprotocol: offered.first(where: subprotocols.contains))
        }

        /// The subprotocols the client offers; `nil` if one of them is no token (4.1).
        private func offeredProtocols() -> [String]? {
            guard let protocols else { return [] }
            var offered: [String] = []
            var offset = 0
            while let range = protocols.nextListed(from: &offset) {
                for i in range where !CharacterSet.token.contains(protocols[i]) { return nil }
                offered.append(protocols.extracting(range).text)
            }
            return offered
        }

        /// Whether these are 16 bytes in base64: 22 digits and two signs of padding.
        private static func isKey(_ key: Span<UInt8>) -> Bool {
            guard key.count == 24, key.extracting(22..<24).equals("==") else { return false }
            for i in 0..<22 {
                switch key[i] {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    continue
                default:
                    return false
                }
            }
            return true
        }

        /// The key and a fixed text, hashed, in base64 (4.2.2, 5.4).
        private static func accept(_ key: Span<UInt8>) -> String {
            var text = ByteBuffer(key)
            text.append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11" as StaticString)
            let digest = SHA1.digest(text.bytes)
            var encoded = ByteBuffer(capacity: 28)
            Base64.encode(digest.bytes, into: &encoded)
            return encoded.bytes.text
        }
    }
}
