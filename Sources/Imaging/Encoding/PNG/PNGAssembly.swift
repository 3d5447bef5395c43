internal import Bytes
internal import System

/// A file in the making: hands out bands in order, takes them back in any order and appends them in order again.
final class PNGAssembly: @unchecked Sendable {
    // All state changes under the lock; a band belongs to the worker that it was handed to.
    private let lock = Locked(())
    private let rows: Int
    private let rowsInBand: Int
    private let progress: EncodingProgress
    private var file: ByteBuffer
    private var spare: [TransferBox<PNGBand>]
    private var begun = 0
    /// Chunks that are there before the file is as far. Their bands serve on: one hand that is slow would otherwise cost the
    /// other a band each time, and all of them would stay.
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

    /// Takes a band back that holds these rows.
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

    /// Gives up the file and the bands when no one works on them any more.
    func end() -> (file: TransferBox<ByteBuffer>, spare: [TransferBox<PNGBand>], sum: Adler32, isCancelled: Bool) {
        var file = ByteBuffer()
        swap(&file, &self.file)
        return (TransferBox(file), spare, sum, isCancelled)
    }
}
