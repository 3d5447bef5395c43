internal import Bytes
internal import CShims

/// Writes JPEG through libjpeg-turbo, a few rows at a time.
@safe struct JPEGEncoder: ~Copyable, @unchecked Sendable {
    // Unchecked: the library's state has one owner, and moves with it.
    private let library: OpaquePointer
    private var painted = ByteBuffer()
    private var flattened = ByteBuffer()

    /// Rows that are painted and encoded at once: whole blocks, also of subsampled chroma.
    private static let rowsAtOnce = 32
    /// Below this quality chroma has half the width and height. `docs/encoding.md` has the measurements.
    private static let fullColor = 90
    /// The longest a comment can be.
    private static let longestComment = 65_533

    init() {
        guard let library = unsafe outpaint_jpeg_encoder_new() else { fatalError("out of memory") }
        unsafe self.library = library
    }

    deinit {
        unsafe outpaint_jpeg_encoder_free(library)
    }

    mutating func encode(
        _ picture: some PixelSource, quality: Int, _ options: EncodingOptions, into file: inout ByteBuffer,
        progress: EncodingProgress
    ) throws(EncodingError) {
        try begin(picture, quality, options, into: &file)
        for top in stride(from: 0, to: picture.height, by: JPEGEncoder.rowsAtOnce) {
            let rows = top..<min(top + JPEGEncoder.rowsAtOnce, picture.height)
            painted.resize(to: rows.count * picture.width * picture.channels)
            JPEGEncoder.paint(picture, rows, into: &painted)
            if picture.channels == 4 {
                JPEGEncoder.flatten(painted, on: options.background, into: &flattened)
                try write(flattened.bytes, picture.width, rows.count, into: &file)
            } else {
                try write(painted.bytes, picture.width, rows.count, into: &file)
            }
            if !progress(Double(rows.upperBound) / Double(picture.height)) {
                unsafe outpaint_jpeg_abort(library)
                throw .cancelled
            }
        }
        try unsafe append(outpaint_jpeg_room(UInt32(picture.width), 0), to: &file) { library, room, count in
            unsafe outpaint_jpeg_end(library, room, count)
        }
    }

    private func begin(
        _ picture: some PixelSource, _ quality: Int, _ options: EncodingOptions, into file: inout ByteBuffer
    ) throws(EncodingError) {
        let comment = Array((options.software ?? "").utf8.prefix(JPEGEncoder.longestComment))
        let (width, height) = (UInt32(picture.width), UInt32(picture.height))
        let quality = Int32(min(max(quality, 1), 100))
        try unsafe append(outpaint_jpeg_room(width, 0) + comment.count, to: &file) { library, room, count in
            unsafe outpaint_jpeg_begin(
                library, width, height, quality, quality < JPEGEncoder.fullColor, comment, comment.count, room, count)
        }
    }

    private func write(
        _ pixels: Span<UInt8>, _ width: Int, _ rows: Int, into file: inout ByteBuffer
    ) throws(EncodingError) {
        precondition(pixels.count == width * rows * 3)
        try unsafe append(outpaint_jpeg_room(UInt32(width), UInt32(rows)), to: &file) { library, room, count in
            // The buffer holds exactly these rows, and the library keeps no address.
            unsafe pixels.withUnsafeBufferPointer { pixels in
                unsafe outpaint_jpeg_write(library, pixels.baseAddress, UInt32(rows), room, count)
            }
        }
    }

    /// Lets the library append at most `room` bytes to the file.
    private func append(
        _ room: Int, to file: inout ByteBuffer, _ call: (OpaquePointer, UnsafeMutablePointer<UInt8>?, Int) -> Int
    ) throws(EncodingError) {
        var written = 0
        // The library writes into the room it is given and says how much.
        _ = unsafe file.fill(upTo: room) { room in
            written = unsafe call(library, room.baseAddress?.assumingMemoryBound(to: UInt8.self), room.count)
            return max(written, 0)
        }
        if written < 0 {
            // The text is part of the library's state, and ends with a zero.
            throw .failed(format: .jpeg, reason: unsafe String(cString: outpaint_jpeg_message(library)))
        }
    }

    // MARK: - Rows

    private static func paint(_ picture: some PixelSource, _ rows: Range<Int>, into painted: inout ByteBuffer) {
        var pixels = painted.mutableBytes
        picture.paint(rows, into: &pixels)
    }

    /// Composites RGBA over a background; each byte is rounded to the nearest.
    private static func flatten(
        _ painted: borrowing ByteBuffer, on background: Color, into flattened: inout ByteBuffer
    ) {
        let count = painted.count / 4
        flattened.resize(to: count * 3)
        let source = painted.bytes
        var target = flattened.mutableBytes
        let below = [background.red, background.green, background.blue].map(UInt32.init)
        for i in 0..<count {
            let alpha = UInt32(source[4 &* i &+ 3])
            for k in 0..<3 {
                let sum = UInt32(source[4 &* i &+ k]) &* alpha &+ below[k] &* (255 &- alpha) &+ 127
                target[3 &* i &+ k] = UInt8(truncatingIfNeeded: sum / 255)
            }
        }
    }
}
