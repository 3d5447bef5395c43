/// The client's end of a WebSocket: sends what a test says, and takes the server's frames apart.
public struct WebSocketClient: Sendable {
    public struct Frame: Equatable, Sendable {
        public var opcode: UInt8
        public var payload: [UInt8]

        public init(opcode: UInt8, payload: [UInt8]) { (self.opcode, self.payload) = (opcode, payload) }

        public var text: String { String(decoding: payload, as: UTF8.self) }
        /// The code of a close frame.
        public var code: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    }

    public let raw: RawClient

    public static func handshake(_ path: String, fields: String = "") -> String {
        """
        GET \(path) HTTP/1.1\r\nhost: test\r\nupgrade: websocket\r\nconnection: keep-alive, Upgrade\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(fields)\r\n
        """
    }

    /// Opens one; `first` goes out with the handshake, in the same write.
    public init(_ server: LiveServer, _ path: String = "/echo", first: [UInt8] = []) throws {
        raw = try server.connect()
        try raw.send(Array(Self.handshake(path).utf8) + first)
        let reply = try raw.receiveReply()
        guard reply.status == 101 else { throw RawClient.Failure(call: "\(reply.status)") }
    }

    public func send(_ opcode: UInt8, _ payload: String, isFinal: Bool = true) throws {
        try raw.send(clientFrame(opcode, Array(payload.utf8), isFinal: isFinal))
    }

    /// A large message, with a mask that changes nothing.
    public func sendLarge(_ opcode: UInt8, _ payload: [UInt8]) throws {
        let length = (0..<8).reversed().map { UInt8(payload.count >> (8 * $0) & 0xFF) }
        let mask: [UInt8] = [0, 0, 0, 0]
        try raw.send([opcode | 0x80, 0xFF] + length + mask)
        try raw.send(payload)
    }

    /// The server's next frame, which must be whole and not masked.
    public func receive() throws -> Frame {
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

    public func close(_ code: Int) throws { try raw.send(clientFrame(8, [UInt8(code >> 8), UInt8(code & 0xFF)])) }
}

/// A frame as a client sends it, masked unless told otherwise. It knows nothing of what is allowed.
public func clientFrame(
    _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D],
    isMasked: Bool = true
) -> [UInt8] {
    var frame = [opcode | (isFinal ? 0x80 : 0)]
    let mask: UInt8 = isMasked ? 0x80 : 0
    switch payload.count {
    case ..<126: frame.append(mask | UInt8(payload.count))
    case ..<65_536: frame += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default: frame += [mask | 127] + (0..<8).reversed().map { UInt8(payload.count >> (8 * $0) & 0xFF) }
    }
    guard isMasked else { return frame + payload }
    return frame + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
}

public func clientFrame(_ opcode: UInt8, _ payload: String, isFinal: Bool = true) -> [UInt8] {
    clientFrame(opcode, Array(payload.utf8), isFinal: isFinal)
}
