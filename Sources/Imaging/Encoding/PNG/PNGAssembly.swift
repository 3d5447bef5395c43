internal import Bytes
internal import Work

/// A file in the making: hands out bands in order, takes them back in any order and appends them in order again.
final class PNGAssembly: @unchecked Sendable {
    // All state changes under the gate; a band belongs to whoever it was handed to.
    private let gate = Gate()
    private let rows: Int
    private let rowsInBand: Int
    private let progress: EncodingProgress
    private var file: ByteBuffer
    private var spare: [Parcel<PNGBand>]
    private var begun = 0
    /// Chunks that are there before the file is as far. Their bands serve on: one hand that is slow would otherwise cost the
    /// other a band each time, and all of them would stay.
    private var waiting: [Int: Waiting] = [:]
    private var written = 0
    private var sum = Adler32()
    private var isCancelled = false

    private struct Waiting {
        let chunk: Parcel<ByteBuffer>
        let sum: (adler: Adler32, count: Int)
    }

    init(
        _ file: consuming ByteBuffer, rows: Int, rowsInBand: Int, spare: [Parcel<PNGBand>],
        progress: @escaping EncodingProgress
    ) {
        (self.rows, self.rowsInBand, self.spare, self.progress) = (rows, rowsInBand, spare, progress)
        self.file = file
    }

    /// The next run of rows and a band to compress it with, `nil` when none is left.
    func begin() -> (rows: Range<Int>, band: Parcel<PNGBand>)? {
        gate.lock()
        defer { gate.unlock() }
        let first = begun * rowsInBand
        if isCancelled || first >= rows { return nil }
        begun += 1
        return (first..<min(first + rowsInBand, rows), spare.popLast() ?? Parcel(PNGBand()))
    }

    /// Takes a band back that holds these rows.
    func finish(_ rows: Range<Int>, _ band: consuming PNGBand) {
        gate.lock()
        defer { gate.unlock() }
        var band = band
        let number = rows.lowerBound / rowsInBand
        if number == written {
            append(band.chunk, band.sum)
            while let next = waiting.removeValue(forKey: written) {
                let chunk = next.chunk.open()
                append(chunk, next.sum)
            }
        } else {
            waiting[number] = Waiting(chunk: Parcel(band.takeChunk()), sum: band.sum)
        }
        spare.append(Parcel(band))
    }

    private func append(_ chunk: borrowing ByteBuffer, _ chunkSum: (adler: Adler32, count: Int)) {
        written += 1
        file.append(chunk)
        sum.append(chunkSum.adler, count: chunkSum.count)
        if !progress(Double(min(written * rowsInBand, rows)) / Double(rows)) { isCancelled = true }
    }

    /// Gives up the file and the bands when no one works on them any more.
    func end() -> (file: Parcel<ByteBuffer>, spare: [Parcel<PNGBand>], sum: Adler32, isCancelled: Bool) {
        var file = ByteBuffer()
        swap(&file, &self.file)
        return (Parcel(file), spare, sum, isCancelled)
    }
}
