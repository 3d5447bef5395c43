/// Decides whether a band is so repetitive that a search for matches pays.
///
/// Photographs are not: their residuals are noise. Text and drawings are. A sample of the band is searched for nearby
/// matches of a pixel and more, and the bits they would save are compared to those of the Huffman code alone:
/// photographs are below 4 %, text and drawings above 12 %.
enum Repetition {
    private static let pays = 0.08

    /// Sampled pieces of a band, spread over it, and their bytes. Each spans two rows.
    private static let windows = 8
    private static let width = 384
    /// The approximate cost of a nearby match, in bits.
    private static let matchBits = 16
    /// The most bytes of a match that are compared.
    private static let longest = 32

    static func pays(
        in residuals: borrowing Residuals, _ histogram: Histogram, _ code: HuffmanCode, channels: Int
    ) -> Bool {
        let (rows, stride) = (residuals.rows, residuals.stride)
        var search = Search(code.lengths)
        var (saved, bytes) = (0, 0)
        for window in 0..<windows {
            let row = (rows - 1) * (2 * window + 1) / (2 * windows)
            // Next to each other neither in height nor in width.
            let spare = max(stride - 1 - width, 0) / channels
            let left = 1 + spare * (window * 3 % windows) / (windows - 1) * channels
            search.reset()
            for y in row..<min(row + 2, rows) {
                let range = y * stride + left..<y * stride + min(left + width, stride)
                saved += search.look(residuals, range, channels)
                bytes += range.count
            }
        }
        return Double(saved) > pays * Double(histogram.bits(code.lengths, bytes: bytes))
    }

    /// Remembers where a pixel was seen last, by a hash of it.
    private struct Search {
        private let lengths: [UInt8]
        private var places = InlineArray<1024, Int32>(repeating: -1)

        init(_ lengths: [UInt8]) { self.lengths = lengths }

        mutating func reset() { places = InlineArray(repeating: -1) }

        /// The bits that matches in this range save.
        mutating func look(_ residuals: borrowing Residuals, _ range: Range<Int>, _ channels: Int) -> Int {
            let end = min(range.upperBound, residuals.bytes.byteCount - longest)
            var (saved, i) = (0, range.lowerBound)
            while i &+ 8 <= end {
                let word = residuals.word(i)
                if word == 0 {
                    i = residuals.endOfZeros(from: i, before: end)
                    continue
                }
                let pixel = UInt32(truncatingIfNeeded: word & 0xff_ffff)
                let slot = Int((pixel &* 2_654_435_761) &>> 22)
                let place = Int(places[slot])
                places[slot] = Int32(truncatingIfNeeded: i)
                guard place >= 0, UInt32(truncatingIfNeeded: residuals.word(place) & 0xff_ffff) == pixel else {
                    i &+= channels
                    continue
                }
                var (length, literals) = (0, 0)
                while length < longest, residuals.byte(place &+ length) == residuals.byte(i &+ length) {
                    literals &+= Int(lengths[Int(residuals.byte(i &+ length))])
                    length &+= 1
                }
                if literals > matchBits { saved &+= literals &- matchBits }
                i &+= length
            }
            return saved
        }
    }
}
