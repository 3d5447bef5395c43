internal import Bytes
internal import System

/// Assembles a file from bands: hands out bands in order, takes them back in any order and appends them in order.
final class PNGAssembly: @unchecked Sendable {
    // All state changes under the lock; a band belongs to the worker that it was handed to.
    // A value without a size would share the object's address: the thread sanitizer takes that for a race.
    private let lock = Locked(false)
    private let rows: Int
    private let rowsInBand: Int
    private let progress: EncodingProgress
    private var file: ByteBuffer
    private var spare: [TransferBox<PNGBand>]
    private var begun = 0
    /// Finished chunks that wait for earlier ones. Their bands are reused meanwhile: otherwise one slow worker would make the
    /// others allocate a band each time.
    private var waiting: [Int: PendingChunk] = [:]
    private var written = 0
    private var sum = Adler32()
    private var isCancelled = false

    private struct PendingChunk {
        let chunk: TransferBox<ByteBuffer>
        let sum: (adler: Adler32, count: Int)
    }

    init(
        _ file: consuming ByteBuffer, rows: Int, rowsInBand: Int, spare: [TransferBox<PNGBand>],
        progress: @escaping EncodingProgress
    ) {
        (self.rows, self.rowsInBand, self.spare, self.progress) = (rows, rowsInBand, spare, progress)
        self.file = file
    }

    /// The next run of rows and a band to compress it with, `nil` when none is left.
    func begin() -> (rows: Range<Int>, band: TransferBox<PNGBand>)? {
        lock.withLock { _ in
            let first = begun * rowsInBand
            if isCancelled || first >= rows { return nil }
            begun += 1
            return (first..<min(first + rowsInBand, rows), spare.popLast() ?? TransferBox(PNGBand()))
        }
    }

    /// Takes back a band that holds these rows.
    func finish(_ rows: Range<Int>, _ band: consuming PNGBand) {
        let box = TransferBox(band)
        lock.withLock { _ in
            var band = box.take()
            let number = rows.lowerBound / rowsInBand
            if number == written {
                append(band.chunk, band.sum)
                while let next = waiting.removeValue(forKey: written) {
                    let chunk = next.chunk.take()
                    append(chunk, next.sum)
                }
            } else {
                waiting[number] = PendingChunk(chunk: TransferBox(band.takeChunk()), sum: band.sum)
            }
            spare.append(TransferBox(band))
        }
    }

    private func append(_ chunk: borrowing ByteBuffer, _ chunkSum: (adler: Adler32, count: Int)) {
        written += 1
        file.append(chunk)
        sum.append(chunkSum.adler, count: chunkSum.count)
        if !progress(Double(min(written * rowsInBand, rows)) / Double(rows)) { isCancelled = true }
    }

    /// Returns the file and the bands. No worker may use them any more.
    func end() -> (file: TransferBox<ByteBuffer>, spare: [TransferBox<PNGBand>], sum: Adler32, isCancelled: Bool) {
        var file = ByteBuffer()
        swap(&file, &self.file)
        return (TransferBox(file), spare, sum, isCancelled)
    }
}
