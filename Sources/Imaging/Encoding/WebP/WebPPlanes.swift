internal import Bytes
internal import CWebP

/// A picture in the form that libwebp compresses, filled a band of rows at a time; its memory is reused.
///
/// For lossy files it is a plane of luma, two of chroma at half the width and height and one of alpha; for lossless ones a
/// word per pixel.
struct WebPPlanes: ~Copyable, Sendable {
    private var painted = ByteBuffer()
    private var memory = ByteBuffer()

    /// Rows that are painted at once; even, since two rows share chroma.
    private static let rowsAtOnce = 64

    init() {}

    /// Fills the planes and lends them to `body` in a picture of libwebp.
    mutating func lend(
        _ source: some PixelSource, lossless: Bool, to body: (inout WebPPicture) throws(EncodingError) -> Void
    ) throws(EncodingError) {
        var picture = unsafe WebPPicture()
        // Writes to the variable given; fails only when header and library differ.
        guard unsafe WebPPictureInit(&picture) != 0 else { throw .failed(format: .webp, reason: "another version") }
        unsafe picture.width = Int32(source.width)
        unsafe picture.height = Int32(source.height)
        if lossless {
            paintWords(source)
            // A word takes four bytes, and `malloc` aligns for it. The library only reads.
            var bytes = memory.mutableBytes
            let words = unsafe bytes.withUnsafeMutableBytes { unsafe $0.assumingMemoryBound(to: UInt32.self) }
            unsafe picture.use_argb = 1
            unsafe picture.argb = words.baseAddress
            unsafe picture.argb_stride = picture.width
        } else {
            let layout = Layout(source)
            memory.resize(to: layout.count)
            // The bytes stay where they are until `body` returns: nothing else changes them.
            var bytes = memory.mutableBytes
            let planes = unsafe bytes.withUnsafeMutableBufferPointer { unsafe $0 }
            unsafe layout.describe(planes, in: &picture)
            try unsafe paintPlanes(source, into: picture)
        }
        try unsafe body(&picture)
    }

    private mutating func paint(_ source: some PixelSource, _ rows: Range<Int>) {
        painted.resize(to: rows.count * source.width * source.channels)
        var pixels = painted.mutableBytes
        source.paint(rows, into: &pixels)
    }

    // MARK: - Lossless

    private mutating func paintWords(_ source: some PixelSource) {
        let (width, channels) = (source.width, source.channels)
        memory.resize(to: width * source.height * 4)
        for top in stride(from: 0, to: source.height, by: WebPPlanes.rowsAtOnce) {
            let rows = top..<min(top + WebPPlanes.rowsAtOnce, source.height)
            paint(source, rows)
            WebPPlanes.pack(painted, channels, into: &memory, at: top * width * 4)
        }
    }

    /// Blue, green, red, alpha: on a processor that stores the lowest byte first, a word with alpha highest.
    private static func pack(
        _ painted: borrowing ByteBuffer, _ channels: Int, into memory: inout ByteBuffer, at start: Int
    ) {
        let count = painted.count / channels
        let pixels = painted.bytes
        var words = memory.mutableBytes._consumingExtracting(start..<start + count * 4)
        for i in 0..<count {
            words[4 &* i] = pixels[i &* channels &+ 2]
            words[4 &* i &+ 1] = pixels[i &* channels &+ 1]
            words[4 &* i &+ 2] = pixels[i &* channels]
            words[4 &* i &+ 3] = channels == 4 ? pixels[i &* channels &+ 3] : 255
        }
    }

    // MARK: - Lossy

    /// Where the planes lie, one after the other.
    private struct Layout {
        let width: Int
        let brightness: Int
        let color: Int
        let hasAlpha: Bool

        init(_ source: some PixelSource) {
            width = source.width
            brightness = source.width * source.height
            color = (source.width + 1) / 2 * ((source.height + 1) / 2)
            hasAlpha = source.channels == 4
        }

        var count: Int { brightness + 2 * color + (hasAlpha ? brightness : 0) }

        func describe(_ bytes: UnsafeMutableBufferPointer<UInt8>, in picture: inout WebPPicture) {
            precondition(bytes.count == count)
            // Together the planes take `count` bytes.
            unsafe picture.colorspace = hasAlpha ? WEBP_YUV420A : WEBP_YUV420
            unsafe picture.y = bytes.baseAddress
            unsafe picture.u = bytes.baseAddress.map { unsafe $0 + brightness }
            unsafe picture.v = bytes.baseAddress.map { unsafe $0 + brightness + color }
            unsafe picture.y_stride = Int32(width)
            unsafe picture.uv_stride = Int32((width + 1) / 2)
            if hasAlpha {
                unsafe picture.a = bytes.baseAddress.map { unsafe $0 + brightness + 2 * color }
                unsafe picture.a_stride = Int32(width)
            }
        }
    }

    /// Converts bands of rows to planes with libwebp's own arithmetic, and copies them to their place.
    private mutating func paintPlanes(_ source: some PixelSource, into picture: WebPPicture) throws(EncodingError) {
        for top in stride(from: 0, to: source.height, by: WebPPlanes.rowsAtOnce) {
            let rows = top..<min(top + WebPPlanes.rowsAtOnce, source.height)
            paint(source, rows)
            var band = unsafe WebPPicture()
            guard unsafe WebPPictureInit(&band) != 0 else { throw .failed(format: .webp, reason: "another version") }
            unsafe band.width = Int32(source.width)
            unsafe band.height = Int32(rows.count)
            let stride = Int32(source.width * source.channels)
            // The buffer holds exactly these rows; the library allocates planes of its own, which are freed below.
            let isImported = unsafe painted.bytes.withUnsafeBufferPointer { pixels in
                source.channels == 4
                    ? unsafe WebPPictureImportRGBA(&band, pixels.baseAddress, stride)
                    : unsafe WebPPictureImportRGB(&band, pixels.baseAddress, stride)
            }
            defer { unsafe WebPPictureFree(&band) }
            guard isImported != 0 else { throw .failed(format: .webp, reason: "out of memory") }
            unsafe WebPPlanes.move(band, to: picture, top)
        }
    }

    /// Copies the planes of a band below `top` rows of the picture.
    private static func move(_ band: WebPPicture, to picture: WebPPicture, _ top: Int) {
        let (width, height) = unsafe (Int(band.width), Int(band.height))
        let (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2)
        // Each plane of the picture holds the rows that the band has, from `top` or half of it on.
        unsafe copy(band.y, band.y_stride, to: picture.y, picture.y_stride, top, width, height)
        unsafe copy(band.u, band.uv_stride, to: picture.u, picture.uv_stride, top / 2, halfWidth, halfHeight)
        unsafe copy(band.v, band.uv_stride, to: picture.v, picture.uv_stride, top / 2, halfWidth, halfHeight)
        guard let alpha = unsafe picture.a else { return }
        if unsafe band.a != nil {
            unsafe copy(band.a, band.a_stride, to: alpha, picture.a_stride, top, width, height)
        } else {
            // The library makes no plane for rows that are opaque.
            unsafe (alpha + top * width).update(repeating: 255, count: width * height)
        }
    }

    private static func copy(
        _ source: UnsafeMutablePointer<UInt8>?, _ sourceStride: Int32, to target: UnsafeMutablePointer<UInt8>?,
        _ targetStride: Int32, _ top: Int, _ width: Int, _ rows: Int
    ) {
        guard let source = unsafe source, let target = unsafe target else { return }
        for row in 0..<rows {
            unsafe (target + (top + row) * Int(targetStride)).update(
                from: source + row * Int(sourceStride), count: width)
        }
    }
}
