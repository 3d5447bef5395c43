import Bytes
import JSON

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    fuzzJSON(unsafe Span(_unsafeStart: start, count: count))
    return 0
}

/// Whatever is read can be written, and what is written reads as what was written. Errors point into the text.
func fuzzJSON(_ input: Span<UInt8>) {
    let document: JSONDocument
    do {
        document = try JSONDocument(parsing: ByteBuffer(input))
    } catch {
        // A code point takes one byte at least.
        if case .syntax(_, let at) = error { precondition(at >= 0 && at <= input.count) }
        return
    }
    let written = echo(document.root)
    guard let again = try? JSONDocument(parsing: ByteBuffer(written.bytes)) else {
        preconditionFailure("cannot read \(written.bytes.text)")
    }
    precondition(echo(again.root).bytes.equals(written.bytes), written.bytes.text)
    visit(document.root)
}

private func echo(_ value: JSONValue) -> ByteBuffer {
    var writer = JSONWriter()
    writer.echo(value)
    return writer.finish()
}

/// Asks each value for everything, as far as it goes without a stack of our own.
private func visit(_ value: JSONValue, depth: Int = 0) {
    if let integer = value.integer, let double = value.double { precondition(Double(integer) == double) }
    if let string = value.string { precondition(string.utf8.count <= value.bytes.count) }
    guard depth < 20 else { return }
    precondition(Array(value.elements).count + Array(value.members).count == value.count)
    for element in value.elements { visit(element, depth: depth + 1) }
    for member in value.members {
        precondition(value[member.key.bytes]?.kind == member.value.kind)
        visit(member.value, depth: depth + 1)
    }
}
