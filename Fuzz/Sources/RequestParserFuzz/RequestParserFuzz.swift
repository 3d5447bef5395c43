import Bytes
import HTTP
import TestSupport

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    fuzzRequestParser(unsafe Span(_unsafeStart: start, count: count))
    return 0
}

/// Bytes mean the same whole, byte by byte, and cut in places that they choose. Of a head that is whole, no shorter prefix
/// is, its lines end as they must, and all that is known of it lies inside of it.
func fuzzRequestParser(_ input: Span<UInt8>) {
    let whole = outcome(input) { _ in input.count }
    let bytewise = outcome(input) { _ in 1 }
    let pieces = outcome(input) { Int(input[$0] & 31) + 1 }
    precondition(whole == bytewise && whole == pieces, "\(whole) \(bytewise) \(pieces)")
    switch whole {
    case .needMore, .malformed:
        break
    case .complete(let length):
        let head = input.extracting(first: length)
        precondition(outcome(input.extracting(first: length - 1)) { _ in input.count } == .needMore)
        checkLines(head)
        checkRead(head)
    }
}

/// Small limits, so that they are reached.
private let limits: Limits = {
    var limits = Limits()
    limits.requestLine = 80
    limits.fieldBytes = 300
    limits.fieldCount = 6
    return limits
}()

/// What the parser says of input in pieces whose size the position decides.
private func outcome(_ input: Span<UInt8>, pieceAt: (Int) -> Int) -> RequestParser.Outcome {
    var parser = RequestParser()
    var count = 0
    var outcome = parser.parse(input.extracting(first: 0), limits: limits)
    while outcome == .needMore, count < input.count {
        count += min(pieceAt(count), input.count - count)
        outcome = parser.parse(input.extracting(first: count), limits: limits)
    }
    return outcome
}

/// Every line ends with CR LF and there are no other control bytes; the limits hold.
private func checkLines(_ head: Span<UInt8>) {
    var lines: [[UInt8]] = [[]]
    for index in 0..<head.count {
        switch head[index] {
        case 13: precondition(index + 1 < head.count && head[index + 1] == 10, "CR without LF")
        case 10:
            precondition(index > 0 && head[index - 1] == 13, "LF without CR")
            lines.append([])
        case 9, 0x20...0x7E, 0x80...: lines[lines.count - 1].append(head[index])
        default: preconditionFailure("a control byte")
        }
    }
    precondition(lines.suffix(2) == [[], []], "it ends with an empty line")
    lines.removeLast(2)
    if lines.first == [] { lines.removeFirst() }
    precondition(lines.count >= 1 && lines.count <= limits.fieldCount + 1)
    precondition(lines[0].count <= limits.requestLine)
    precondition(lines.dropFirst().reduce(0) { $0 + $1.count + 2 } <= limits.fieldBytes)
    precondition(lines.allSatisfy { !$0.isEmpty && $0[0] != 0x20 && $0[0] != 9 })
}

/// A handler sees everything: slices outside of the head would end this.
private func checkRead(_ head: Span<UInt8>) {
    var parser = RequestParser()
    _ = parser.parse(head, limits: limits)
    precondition(parser.head.contentLength == nil || !parser.head.isChunked)
    precondition(parser.head.minorVersion < 10)
    let router = Router([]) { request, _ in
        precondition(!request.methodName.isEmpty && !request.target.isEmpty && !request.path.isEmpty)
        precondition(request.path[0] == UInt8(ascii: "/") || request.method == .options || request.method == .connect)
        var fields = ByteBuffer()
        request.forEachField { name, value in
            precondition(!name.isEmpty)
            if let first = value.first, let last = value.last { precondition(first > 0x20 && last > 0x20) }
            fields.append(name)
            fields.append(value)
        }
        precondition(fields.count <= limits.fieldBytes)
        precondition(request.head.minorVersion == 0 || request.count(of: "host") == 1)
        precondition(request.count(of: "host") <= 1 && request.count(of: "transfer-encoding") <= 1)
        var items = FormItems(request.query)
        while let (name, value) = items.next() {
            precondition(
                request.query.extracting(name).count + request.query.extracting(value).count <= request.query.count)
        }
        precondition(request.routedPath.count <= request.path.count && request.authority.count <= limits.fieldBytes)
        return Response(.noContent)
    }
    guard let answer = try? router.answer(head, limits: limits) else { preconditionFailure("no answer") }
    precondition(answer.bytes.count > 4)
}

extension Span where Element == UInt8 {
    fileprivate var first: UInt8? { isEmpty ? nil : self[0] }
    fileprivate var last: UInt8? { isEmpty ? nil : self[count - 1] }
}
