internal import Bytes

/// Compresses filtered rows into blocks of deflate by the method that suits them.
struct BandCompressor: ~Copyable, Sendable {
    private var deflater: Deflater?

    init() {}

    /// Appends blocks that end at a byte boundary, none of them final.
    mutating func compress(
        _ residuals: borrowing ByteBuffer, stride: Int, channels: Int, into chunk: inout ByteBuffer
    ) {
        let rows = Residuals(residuals.bytes, stride: stride)
        let histogram = Histogram(rows)
        let block = HuffmanBlock(histogram)
        if Repetition.pays(in: rows, histogram, block.code, channels: channels) {
            // Created on first use: the search keeps a quarter of a megabyte, and most pictures never need it.
            let deflater = self.deflater.take() ?? Deflater()
            deflater.deflate(residuals.bytes, into: &chunk)
            self.deflater = consume deflater
            return
        }
        let start = chunk.count
        // The block is written into the room that is given, and nowhere else.
        _ = unsafe chunk.fill(upTo: HuffmanBlock.room(for: residuals.count)) { room in
            block.write(rows, into: unsafe MutableRawSpan(_unsafeBytes: room))
        }
        if chunk.count - start > StoredBlocks.size(of: residuals.count) {
            chunk.truncate(to: start)
            StoredBlocks.write(residuals.bytes, into: &chunk)
        }
    }
}
