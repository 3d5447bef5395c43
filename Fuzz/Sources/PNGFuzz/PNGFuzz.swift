import Bytes
import Imaging

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    fuzzPNG(unsafe Span(_unsafeStart: start, count: count))
    return 0
}

/// The input is a file once its checksums are put right, or, without a signature, the rows of one: sides, colour type
/// and filtered bytes, which are packed here so that no checksum stands in the way of the filters.
func fuzzPNG(_ input: Span<UInt8>) {
    let isFile = input.count >= 8 && input[0] == 0x89
    let file = isFile ? mended(input) : packed(input)
    var limits = ImageLimits()
    limits.pixels = 1 << 16
    limits.profileBytes = 1 << 16
    compare(file.bytes, limits)
}

/// The short way and libpng make the same of each file: a picture or an error. Where memory is just enough for the
/// pixels, the short way is not taken.
private func compare(_ file: Span<UInt8>, _ limits: ImageLimits) {
    let short = Result { () throws(ImageError) in Outcome(try ImageDecoder.decode(file, limits: limits)) }
    var least = limits
    if let probe = try? ImageProbe(file) {
        guard probe.width * probe.height <= limits.pixels else { return }
        let isRGB = file.count > 25 && file[25] == 2
        least.memory = probe.width * probe.height * (isRGB ? 3 : 4)
        if case .success(let picture) = short { least.memory = max(least.memory, picture.bytes.count) }
    }
    let long = Result { () throws(ImageError) in Outcome(try ImageDecoder.decode(file, limits: least)) }
    switch (short, long) {
    case (.success(let a), .success(let b)): precondition(a.bytes.bytes.equals(b.bytes.bytes), "pixels differ")
    case (.failure(let a), .failure(let b)):
        // RGB with a transparent colour takes more than was thought.
        if case .tooMuch(.memory, _, _) = b.reason { return }
        precondition(a == b, "\(a) and \(b)")
    default: preconditionFailure("only one way reads it")
    }
}

/// Pixels that may be copied around.
private struct Outcome {
    let bytes: SharedBytes

    init(_ image: consuming DecodedImage) { bytes = SharedBytes(ByteBuffer(image.raster.pixels)) }
}

/// The file with each chunk's checksum made right.
private func mended(_ input: Span<UInt8>) -> ByteBuffer {
    var file = ByteBuffer()
    file.append(input.extracting(first: 8))
    var at = 8
    while at + 12 <= input.count {
        let length = (0..<4).reduce(0) { $0 << 8 | Int(input[at + $1]) }
        guard length <= input.count - at - 12 else { break }
        append(input.extracting(at + 4..<at + 8 + length), to: &file)
        at += 12 + length
    }
    file.append(input.extracting(at...))
    return file
}

/// A file of 8-bit rows made of the input.
private func packed(_ input: Span<UInt8>) -> ByteBuffer {
    var file = ByteBuffer()
    for byte: UInt8 in [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] { file.append(byte) }
    guard input.count > 3 else { return file }
    let (width, rows) = (Int(input[0]) % 64 + 1, input.extracting(3...))
    let color: UInt8 = input[1] & 1 == 0 ? 2 : 6
    let each = 1 + width * (color == 2 ? 3 : 4)
    let height = max(1, rows.count / each)

    var header = ByteBuffer("IHDR")
    for value in [width, height] {
        for shift in [24, 16, 8, 0] { header.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
    for byte in [8, color, 0, 0, 0] { header.append(byte) }
    append(header.bytes, to: &file)

    // One stored block; filters are mostly made valid, or hardly a file would be.
    var data = ByteBuffer("IDAT")
    let count = height * each
    for byte in [0x78, 0x01, 1, UInt8(count & 0xff), UInt8(count >> 8), ~UInt8(count & 0xff), ~UInt8(count >> 8)] {
        data.append(byte)
    }
    var (low, high) = (1, 0)
    for index in 0..<count {
        var byte = index < rows.count ? rows[index] : 0
        if index % each == 0, input[2] != 0xff { byte %= 5 }
        data.append(byte)
        low = (low + Int(byte)) % 65_521
        high = (high + low) % 65_521
    }
    for value in [high, low] {
        data.append(UInt8(value >> 8))
        data.append(UInt8(value & 0xff))
    }
    append(data.bytes, to: &file)
    append(ByteBuffer("IEND").bytes, to: &file)
    return file
}

/// Appends a chunk, given as its name and body.
private func append(_ named: Span<UInt8>, to file: inout ByteBuffer) {
    let length = named.count - 4
    var sum: UInt32 = 0xffff_ffff
    for index in 0..<named.count { sum = sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ named[index])] }
    for shift in [24, 16, 8, 0] { file.append(UInt8(truncatingIfNeeded: length >> shift)) }
    file.append(named)
    for shift: UInt32 in [24, 16, 8, 0] { file.append(UInt8(truncatingIfNeeded: ~sum >> shift)) }
}

private let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
}
