import JSON
import TestSupport

/// A WebSocket client of the service.
struct SocketCaller {
    let client: WebSocketClient

    init(_ server: LiveServer, query: String = "") throws { client = try WebSocketClient(server, "/v1" + query) }

    func send(_ text: String) throws { try client.send(1, text) }

    /// Returns the next message, answering pings before it.
    func hear() throws -> String {
        var frame = try client.receive()
        while frame.opcode == 9 {
            try client.raw.send(clientFrame(10, frame.payload))
            frame = try client.receive()
        }
        guard frame.opcode == 1 else { throw RawClient.Failure(call: "\(frame)") }
        return frame.text
    }

    func ask(_ text: String) throws -> String {
        try send(text)
        return try hear()
    }

    /// Authenticates and returns the session's ID.
    func authenticate(_ key: String = "test-key", session: String? = nil) throws -> String {
        let more = session.map { #","connectionSessionUUID":"\#($0)""# } ?? ""
        let text = try ask(#"[{"taskType":"authentication","apiKey":"\#(key)"\#(more)}]"#)
        let start = #"{"data":[{"taskType":"authentication","connectionSessionUUID":""#
        guard text.hasPrefix(start), text.hasSuffix(#""}]}"#) else { throw RawClient.Failure(call: text) }
        return String(text.dropFirst(start.count).prefix(36))
    }
}
