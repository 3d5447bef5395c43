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
    private var waiting: [Int: Parcel<PNGBand>] = [:]
    private var written = 0
    private var sum = Adler32()
    private var isCancelled = false

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
        waiting[rows.lowerBound / rowsInBand] = Parcel(band)
        while let next = waiting.removeValue(forKey: written) {
            let band = next.open()
            written += 1
            file.append(band.chunk)
            sum.append(band.sum.adler, count: band.sum.count)
            spare.append(Parcel(band))
            if !progress(Double(min(written * rowsInBand, self.rows)) / Double(self.rows)) { isCancelled = true }
        }
    }

    /// Gives up the file and the bands when no one works on them any more.
    func end() -> (file: Parcel<ByteBuffer>, spare: [Parcel<PNGBand>], sum: Adler32, isCancelled: Bool) {
        var file = ByteBuffer()
        swap(&file, &self.file)
        return (Parcel(file), spare, sum, isCancelled)
    }
}
