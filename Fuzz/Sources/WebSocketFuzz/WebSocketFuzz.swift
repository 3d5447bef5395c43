import Bytes
import HTTP

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    fuzzWebSocket(unsafe Span(_unsafeStart: start, count: count))
    return 0
}

/// A client that sends these bytes says the same whole, byte by byte, and cut in places that the bytes choose; text is what
/// the standard library takes for UTF-8, and nothing is longer than it may be.
func fuzzWebSocket(_ input: Span<UInt8>) {
    let whole = said(input) { _ in input.count }
    let bytewise = said(input) { _ in 1 }
    let pieces = said(input) { Int(input[$0] & 31) + 1 }
    precondition(whole == bytewise && whole == pieces, "\(whole)\n\(bytewise)\n\(pieces)")
}

private let limit = 300

/// One line an event, for input in pieces whose size the position decides.
private func said(_ input: Span<UInt8>, pieceAt: (Int) -> Int) -> [String] {
    var assembler = WebSocket.MessageAssembler(limit: limit)
    var lines: [String] = []
    var (start, asked) = (0, 0)
    while start < input.count, !assembler.isOver {
        var piece = ByteBuffer(input.extracting(start..<(start + min(pieceAt(start), input.count - start))))
        start += piece.count
        var offset = 0
        var span = piece.mutableBytes
        do {
            while let event = try assembler.next(
                &span, from: &offset,
                reserve: {
                    asked += $0; return true
                })
            {
                lines.append(line(event))
            }
            precondition(offset == span.count, "input was left over")
        } catch {
            lines.append("\(error)")
        }
        precondition(assembler.held <= limit && assembler.held <= asked)
    }
    return lines
}

private func line(_ event: consuming WebSocket.Event) -> String {
    switch consume event {
    case .text(let message): "text \(valid(message, limit))"
    case .binary(let message): "binary \(bytes(message, limit))"
    case .ping(let payload): "ping \(bytes(payload, 125))"
    case .pong(let payload): "pong \(bytes(payload, 125))"
    case .close(let code, let reason): "close \(code?.rawValue ?? 0) \(valid(reason, 123))"
    }
}

private func bytes(_ buffer: borrowing ByteBuffer, _ most: Int) -> [UInt8] {
    precondition(buffer.count <= most)
    return (0..<buffer.count).map { buffer.bytes[$0] }
}

private func valid(_ buffer: borrowing ByteBuffer, _ most: Int) -> String {
    guard let text = String(validating: bytes(buffer, most), as: UTF8.self) else { fatalError("not UTF-8") }
    return text
}
