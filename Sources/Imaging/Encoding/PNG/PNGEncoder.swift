internal import Bytes
internal import Parallel

/// Writes PNG (the third edition's clauses are cited): 8 bits, RGB or RGBA, not interlaced.
///
/// The picture is cut into bands of rows. Each becomes a chunk `IDAT` of its own: filtered, compressed independently of
/// the others, ended at a byte boundary. So bands are compressed concurrently, and the file does not depend on the number
/// of workers.
struct PNGEncoder: ~Copyable, Sendable {
    /// The approximate size of a band: with its residuals it stays in a core's second cache.
    private static let bandBytes = 256 * 1024

    private var spare: [TransferBox<PNGBand>] = []

    mutating func encode(
        _ picture: some PixelSource, _ options: EncodingOptions, on workers: some Workers, into file: inout ByteBuffer,
        progress: @escaping EncodingProgress
    ) throws(EncodingError) {
        PNGEncoder.writeHead(picture, options, into: &file)
        var taken = ByteBuffer()
        swap(&taken, &file)
        let assembly = PNGAssembly(
            taken, rows: picture.height, rowsInBand: PNGEncoder.rowsInBand(picture), spare: spare, progress: progress)
        workers.run { _ in
            while let (rows, box) = assembly.begin() {
                var band = box.take()
                band.compress(picture, rows)
                assembly.finish(rows, band)
            }
        }
        let result = assembly.end()
        file = result.file.take()
        spare = result.spare.map { box in
            var band = box.take()
            band.end()
            return TransferBox(band)
        }
        if result.isCancelled { throw .cancelled }
        PNGEncoder.writeTail(result.sum, into: &file)
    }

    /// Rows of a band; even runs of them suit pictures that are made in blocks.
    private static func rowsInBand(_ picture: some PixelSource) -> Int {
        let rows = bandBytes / (picture.width * picture.channels + 1)
        return rows >= 8 ? rows / 8 * 8 : max(rows, 1)
    }

    private static func writeHead(_ picture: some PixelSource, _ options: EncodingOptions, into file: inout ByteBuffer)
    {
        // PNG, 5.2.
        for byte: UInt8 in [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] { file.append(byte) }
        let header = file.beginChunk("IHDR")
        file.append(bigEndian: UInt32(picture.width))
        file.append(bigEndian: UInt32(picture.height))
        file.append(8)
        // PNG, 11.2.1: color, with transparency or without; the methods there are, not interlaced.
        file.append(picture.channels == 4 ? 6 : 2)
        for _ in 0..<3 { file.append(0) }
        file.endChunk(header)
        if let software = options.software {
            // PNG, 11.3.3.2: a keyword, a zero, text in Latin-1.
            let text = file.beginChunk("tEXt")
            file.append("Software")
            file.append(0)
            for letter in software.unicodeScalars { file.append(letter.value < 256 ? UInt8(letter.value) : 0x3f) }
            file.endChunk(text)
        }
    }

    private static func writeTail(_ sum: Adler32, into file: inout ByteBuffer) {
        // An empty final block, and the checksum of the whole stream.
        let data = file.beginChunk("IDAT")
        file.append(0x03)
        file.append(0x00)
        file.append(bigEndian: sum.value)
        file.endChunk(data)
        let end = file.beginChunk("IEND")
        file.endChunk(end)
    }
}
