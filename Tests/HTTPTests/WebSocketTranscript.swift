import Bytes

@testable import HTTP

/// What a client says on a WebSocket as one line an event, fed to the assembler in pieces of these sizes (and the rest whole).
func transcript(
    of bytes: [UInt8], pieces: [Int] = [], limit: Int = 1 << 24, reserve: (Int) -> Bool = { _ in true }
) -> [String] {
    var assembler = WebSocket.MessageAssembler(limit: limit)
    var lines: [String] = []
    var start = 0
    for size in pieces + [bytes.count] {
        // Each piece is a copy of its own: payloads are unmasked in place.
        var piece = Array(bytes[start..<min(start + size, bytes.count)])
        start += piece.count
        var offset = 0
        var span = piece.mutableSpan
        do {
            while let event = try assembler.next(&span, from: &offset, reserve: reserve) { lines.append(line(event)) }
        } catch {
            lines.append("failure \(error.code.rawValue) \(error)")
        }
        if assembler.isOver { break }
        precondition(offset == span.count, "input was left over")
    }
    return lines
}

private func line(_ event: consuming WebSocket.Event) -> String {
    switch consume event {
    case .text(let message): "text \(brief(message))"
    case .binary(let message): "binary \(brief(message))"
    case .ping(let payload): "ping \(brief(payload))"
    case .pong(let payload): "pong \(brief(payload))"
    case .close(let code, let reason): "close \(code.map { "\($0.rawValue)" } ?? "-") \(brief(reason))"
    }
}

/// Short payloads as they are, longer ones by their length and a checksum.
func brief(_ payload: borrowing ByteBuffer) -> String {
    if payload.count <= 40 { return "'\(payload.bytes.text)'" }
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    for i in 0..<payload.count { sum = (sum ^ UInt64(payload.bytes[i])) &* 0x100_0000_01b3 }
    return "\(payload.count) bytes \(sum)"
}

let (continuation, text, binary, close, ping, pong): (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 1, 2, 8, 9, 10)
