import HTTP
import TestSupport

/// The client's end of a WebSocket: sends what a test says, and takes the server's frames apart.
struct WebSocketClient {
    struct Frame: Equatable {
        var opcode: UInt8
        var payload: [UInt8]
        var text: String { String(decoding: payload, as: UTF8.self) }
        /// The code of a close frame.
        var code: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    }

    let raw: RawClient

    static func handshake(_ path: String, fields: String = "") -> String {
        """
        GET \(path) HTTP/1.1\r\nhost: test\r\nupgrade: websocket\r\nconnection: keep-alive, Upgrade\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(fields)\r\n
        """
    }

    /// Opens one; `first` goes out with the handshake, in the same write.
    init(_ server: LiveServer, _ path: String = "/echo", first: [UInt8] = []) throws {
        raw = try server.connect()
        try raw.send(Array(Self.handshake(path).utf8) + first)
        let reply = try raw.receiveReply()
        guard reply.status == 101 else { throw RawClient.Failure(call: "\(reply.status)") }
    }

    func send(_ opcode: UInt8, _ payload: String, isFinal: Bool = true) throws {
        try raw.send(clientFrame(opcode, Array(payload.utf8), isFinal: isFinal))
    }

    /// A large message, with a mask that changes nothing.
    func sendLarge(_ opcode: UInt8, _ payload: [UInt8]) throws {
        let length = (0..<8).reversed().map { UInt8(payload.count >> (8 * $0) & 0xFF) }
        let mask: [UInt8] = [0, 0, 0, 0]
        try raw.send([opcode | 0x80, 0xFF] + length + mask)
        try raw.send(payload)
    }

    /// The server's next frame, which must be whole and not masked.
    func receive() throws -> Frame {
        let head = try raw.receiveAll(2)
        guard head[0] & 0x70 == 0, head[0] & 0x80 != 0, head[1] < 128 else {
            throw RawClient.Failure(call: "not a frame of a server: \(head)")
        }
        var count = Int(head[1])
        if count >= 126 {
            count = try raw.receiveAll(count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
        }
        return Frame(opcode: head[0] & 0x0F, payload: try raw.receiveAll(count))
    }

    func close(_ code: Int) throws { try raw.send(clientFrame(8, [UInt8(code >> 8), UInt8(code & 0xFF)])) }
}
