import Bytes
import Imaging

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    fuzzGIF(unsafe Span(_unsafeStart: start, count: count))
    return 0
}

/// A file is refused, or gives the picture that its headers promise, the same each time.
func fuzzGIF(_ input: Span<UInt8>) {
    var limits = ImageLimits()
    // Small, so that time goes into many files.
    limits.pixels = 1 << 16
    guard let first = try? ImageDecoder.decode(input, limits: limits) else { return }
    guard let probe = try? ImageProbe(input), let second = try? ImageDecoder.decode(input, limits: limits) else {
        preconditionFailure("read once only")
    }
    precondition(probe.width == first.raster.width && probe.height == first.raster.height)
    precondition(first.raster.pixels.equals(second.raster.pixels), "two pictures of one file")
}
