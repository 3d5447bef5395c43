internal import Bytes

/// Turns a run of rows into a chunk of the file. Its buffers are reused from band to band.
struct PNGBand: ~Copyable, Sendable {
    /// A complete chunk `IDAT`.
    private(set) var chunk = ByteBuffer()
    /// The checksum and the number of the uncompressed bytes.
    private(set) var sum = (adler: Adler32(), count: 0)

    /// The row above the band, then its rows.
    private var pixels = ByteBuffer()
    /// The filtered rows, each after the number of its filter.
    private var residuals = ByteBuffer()
    /// The row after the last one in `pixels`.
    private var nextRow = 0
    private var compressor = BandCompressor()

    init() {}

    /// Takes the chunk out, so that the band can be reused.
    mutating func takeChunk() -> ByteBuffer {
        var taken = ByteBuffer()
        swap(&taken, &chunk)
        return taken
    }

    /// Resets the band for the next picture.
    mutating func end() {
        nextRow = 0
    }

    mutating func compress(_ picture: some PixelSource, _ rows: Range<Int>) {
        let (rowBytes, channels) = (picture.width * picture.channels, picture.channels)
        let isAbove = nextRow == rows.lowerBound
        PNGBand.paint(picture, rows, rowBytes: rowBytes, isAbove: isAbove, into: &pixels)
        nextRow = rows.upperBound
        PNGBand.filter(pixels, rowBytes: rowBytes, channels: channels, into: &residuals)
        sum = (Adler32(residuals.bytes), residuals.count)
        chunk.removeAll()
        let start = chunk.beginChunk("IDAT")
        if rows.lowerBound == 0 {
            // Deflate with a window of 32 KiB, by a fast method (RFC 1950, 2.2).
            chunk.append(0x78)
            chunk.append(0x01)
        }
        compressor.compress(residuals, stride: rowBytes + 1, channels: channels, into: &chunk)
        chunk.endChunk(start)
    }

    /// Fills `pixels`. If the last band was the one above, the row above is the last one held.
    private static func paint(
        _ picture: some PixelSource, _ rows: Range<Int>, rowBytes: Int, isAbove: Bool, into pixels: inout ByteBuffer
    ) {
        let size = (rows.count + 1) * rowBytes
        if rows.lowerBound == 0 {
            pixels.resize(to: size)
            var above = pixels.mutableBytes._consumingExtracting(first: rowBytes)
            // Above the picture all is zero (PNG, 9.2).
            for i in 0..<rowBytes { above[i] = 0 }
        } else if isAbove {
            pixels.removeFirst(pixels.count - rowBytes)
            pixels.resize(to: size)
        } else {
            pixels.resize(to: size)
            var target = pixels.mutableBytes
            picture.paint(rows.lowerBound - 1..<rows.upperBound, into: &target)
            return
        }
        var target = pixels.mutableBytes._consumingExtracting(last: rows.count * rowBytes)
        picture.paint(rows, into: &target)
    }

    private static func filter(
        _ pixels: borrowing ByteBuffer, rowBytes: Int, channels: Int, into residuals: inout ByteBuffer
    ) {
        let rows = pixels.count / rowBytes - 1
        residuals.resize(to: rows * (rowBytes + 1))
        for row in 0..<rows {
            let above = pixels.bytes.extracting(row * rowBytes..<(row + 1) * rowBytes)
            let these = pixels.bytes.extracting((row + 1) * rowBytes..<(row + 2) * rowBytes)
            let start = row * (rowBytes + 1)
            var target = residuals.mutableBytes._consumingExtracting(start..<start + 1 + rowBytes)
            target[0] = Paeth.number
            var rest = target._consumingExtracting(last: rowBytes)
            Paeth.filter(these, above: above, channels: channels, into: &rest)
        }
    }
}
