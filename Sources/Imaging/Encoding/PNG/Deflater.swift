internal import Bytes
internal import CZlib

/// zlib's search for matches, for bands that repeat themselves.
@safe struct Deflater: ~Copyable, @unchecked Sendable {
    // Unchecked: the state has one owner, and moves with it.
    /// zlib's own default is 6, which takes up to twice as long for a twentieth less.
    private static let level: Int32 = 5

    // zlib keeps the address, so the state stays where it is from `init` to `deinit`.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init() {
        unsafe stream.initialize(to: z_stream())
        // Fails only without memory. Fifteen bits are a window of 32 KiB, below zero they mean no header.
        let status = unsafe deflateInit2_(
            stream, Deflater.level, Z_DEFLATED, -15, 8, Z_FILTERED, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "out of memory")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Appends blocks that end at a byte boundary, none of them final.
    func deflate(_ bytes: Span<UInt8>, into output: inout ByteBuffer) {
        unsafe deflateReset(stream)
        // The most that deflate can write, and the marker at its end.
        let limit = unsafe Int(deflateBound(stream, UInt(bytes.count))) + 16
        _ = unsafe bytes.withUnsafeBytes { input in
            unsafe output.fill(upTo: limit) { room in
                // zlib only reads what it is given to read.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
                unsafe stream.pointee.avail_in = UInt32(input.count)
                unsafe stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                unsafe stream.pointee.avail_out = UInt32(room.count)
                let status = unsafe CZlib.deflate(stream, Z_SYNC_FLUSH)
                let left = unsafe Int(stream.pointee.avail_out)
                precondition(status == Z_OK && left > 0)
                return room.count - left
            }
        }
    }
}
