import Bytes
import HTTP

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    fuzzChunkedDecoder(unsafe Span(_unsafeStart: start, count: count))
    return 0
}

/// A body is the same whole, byte by byte, and cut in places that it chooses; and what it is can be said in one chunk.
func fuzzChunkedDecoder(_ input: Span<UInt8>) {
    let whole = Decoded(input) { _ in input.count }
    precondition(whole == Decoded(input) { _ in 1 })
    precondition(whole == Decoded(input) { Int(input[$0] & 31) + 1 })
    // Framing costs five bytes a chunk at least, and five for the end.
    guard let end = whole.end else {
        precondition(whole.body.count <= input.count)
        return
    }
    precondition(end <= input.count && end >= 5 && whole.body.count <= end - 5)
    precondition(input[end - 1] == UInt8(ascii: "\n") && input[end - 2] == UInt8(ascii: "\r"))
    let head = whole.body.isEmpty ? "" : String(whole.body.count, radix: 16) + "\r\n"
    let tail = (whole.body.isEmpty ? "" : "\r\n") + "0\r\n\r\n"
    let again = Array(head.utf8) + whole.body + Array(tail.utf8)
    let decoded = Decoded(again.span) { _ in again.count }
    precondition(decoded.body == whole.body && decoded.end == again.count)
}

/// What became of a body.
private struct Decoded: Equatable {
    var body: [UInt8] = []
    /// Where it ended, if it did.
    var end: Int?
    var refusal: Refusal?

    /// Decodes input in pieces whose size the position decides.
    init(_ input: Span<UInt8>, pieceAt: (Int) -> Int) {
        var decoder = ChunkedDecoder(trailerLimit: 100)
        var start = 0
        while start < input.count {
            let count = min(pieceAt(start), input.count - start)
            let piece = input.extracting(start..<(start + count))
            var at = 0
            loop: while true {
                switch decoder.next(piece, from: at) {
                case .body(let range):
                    precondition(range.lowerBound >= at && !range.isEmpty)
                    for index in range { body.append(piece[index]) }
                    at = range.upperBound
                case .needMore:
                    break loop
                case .end(let length):
                    precondition(length > at && length <= count)
                    end = start + length
                    return
                case .malformed(let reason):
                    refusal = reason
                    return
                }
            }
            start += count
        }
    }
}
