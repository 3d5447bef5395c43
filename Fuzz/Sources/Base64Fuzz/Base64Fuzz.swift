@_spi(Comparison) import Bytes

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    fuzzBase64(unsafe Span(_unsafeStart: start, count: count))
    return 0
}

/// The first byte picks the options. The processor's own way and the portable one agree, errors point into the text,
/// what is allowed more loosely stays allowed, and decoding undoes encoding.
func fuzzBase64(_ input: Span<UInt8>) {
    guard let options = input.isEmpty ? nil : input[0] else { return }
    let text = input.extracting(1...)
    let alphabet: Base64.Alphabet = options & 1 == 0 ? .standard : .urlSafe

    // No byte more than needed, so that the address sanitizer sees a write beyond.
    var own = ByteBuffer(capacity: text.count / 4 * 3)
    var portable = ByteBuffer(capacity: text.count / 4 * 3)
    let read = Base64.decodeGroups(text, alphabet, into: &own)
    precondition(read == Base64.decodeGroups(text, alphabet, into: &portable, portably: true))
    precondition(own.bytes.equals(portable.bytes))

    var loose = ByteBuffer()
    do {
        try Base64.decode(text, into: &loose, alphabet: alphabet, padding: .optional, whiteSpace: .skipped)
    } catch {
        precondition(error.offset <= text.count && loose.isEmpty)
    }
    var strict = ByteBuffer()
    do {
        try Base64.decode(text, into: &strict, alphabet: alphabet, padding: .required, whiteSpace: .refused)
        precondition(strict.bytes.equals(loose.bytes))
    } catch {
        precondition(error.offset <= text.count && strict.isEmpty)
    }

    var encoded = ByteBuffer(capacity: Base64.encodedCount(text.count))
    Base64.encode(text, into: &encoded)
    var decoded = ByteBuffer()
    guard let _ = try? Base64.decode(encoded.bytes, into: &decoded, padding: .required) else {
        preconditionFailure("cannot decode \(encoded.bytes.text)")
    }
    precondition(decoded.bytes.equals(text) && encoded.count == Base64.encodedCount(text.count))
}
