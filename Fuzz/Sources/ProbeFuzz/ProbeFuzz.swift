import Imaging

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    fuzzProbe(unsafe Span(_unsafeStart: start, count: count))
    return 0
}

/// Headers are refused by a reason that has words, or give a size that can be. What follows a file changes nothing.
func fuzzProbe(_ input: Span<UInt8>) {
    do throws(ImageError) {
        let probe = try ImageProbe(input)
        precondition(probe.width > 0 && probe.height > 0)
        precondition(probe.width <= 0x7fff_ffff && probe.height <= 0x7fff_ffff)
        try probe.check(ImageLimits())
    } catch {
        precondition(!error.description.isEmpty)
    }
}
