internal import Bytes
internal import CShims

/// The fast path for pictures of 8-bit RGB or RGBA that are not interlaced: the whole stream is unpacked at once, then
/// its filters are undone. It takes less than half of libpng's time. Any unusual or broken file goes to libpng, which
/// reports the error.
///
/// Rows are unpacked into the picture's own memory, behind their final place: fresh memory costs half as much as the
/// filters.
struct PNGFastPath {
    private let header: PNGHeader
    private let data: [Range<Int>]
    private let dataBytes: Int

    /// `nil` if the fast path does not apply to the picture.
    init?(_ layout: PNGLayout) {
        let header = layout.header
        guard header.depth == 8, !header.interlaced, header.color == .rgb || header.color == .rgba,
            !layout.hasTransparency, !layout.hasPalette
        else { return nil }
        self.header = header
        data = layout.data
        dataBytes = layout.dataBytes
    }

    private var channels: Int { header.color.samples }

    /// Where rows are unpacked: far enough behind that four rows can be written while the first of them is still read.
    private var start: Int { 3 * header.width * channels + 8 }

    /// Bytes needed, pixels and all.
    var memory: Int { start + header.filteredBytes + (data.count > 1 ? dataBytes : 0) }

    /// The pixels, or `nil` for a broken file.
    func decode(_ bytes: Span<UInt8>) -> Raster? {
        if data.count == 1 { return decode(stream: bytes.extracting(data[0])) }
        var joined = ByteBuffer(capacity: dataBytes)
        for piece in data { joined.append(bytes.extracting(piece)) }
        return decode(stream: joined.bytes)
    }

    private func decode(stream: Span<UInt8>) -> Raster? {
        let (start, count) = (start, header.filteredBytes)
        let (width, height, channels) = (header.width, header.height, channels)
        var storage = ByteBuffer()
        // Both functions stay inside of the room: `count` bytes from `start` on, and the picture, which ends before.
        let written = unsafe storage.fill(upTo: start + count) { room in
            unsafe stream.withUnsafeBufferPointer { stream in
                guard let pixels = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
                let filtered = unsafe pixels + start
                var unpacked = 0
                let status = unsafe outpaint_inflate(stream.baseAddress, stream.count, filtered, count, &unpacked)
                guard status == OUTPAINT_INFLATED, unpacked == count else { return 0 }
                var canvas = unsafe outpaint_canvas(
                    pixels: pixels, width: UInt32(width), height: UInt32(height), channels: UInt32(channels))
                return unsafe outpaint_png_unfilter(filtered, &canvas) != 0 ? width * height * channels : 0
            }
        }
        guard written > 0 else { return nil }
        return Raster(width: width, height: height, channels: channels, storage: storage)
    }
}
