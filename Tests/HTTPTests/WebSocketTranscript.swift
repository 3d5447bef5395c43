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

/// A frame as a client sends it, masked unless told otherwise. It knows nothing of what is allowed.
func clientFrame(
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

func clientFrame(_ opcode: UInt8, _ payload: String, isFinal: Bool = true) -> [UInt8] {
    clientFrame(opcode, Array(payload.utf8), isFinal: isFinal)
}

let (continuation, text, binary, close, ping, pong): (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 1, 2, 8, 9, 10)
