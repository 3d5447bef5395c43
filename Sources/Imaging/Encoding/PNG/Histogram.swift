/// The frequency of each symbol of deflate's main alphabet in a band.
struct Histogram {
    static let symbols = 286
    static let endOfBlock = 256

    /// One row of this many is counted. Odd, since rows of photographs that were JPEGs differ by twos and eights.
    private static let sampled = 5

    let weights: [UInt32]
    /// Bytes counted.
    private let bytes: Int

    init(_ residuals: borrowing Residuals) {
        // Four tables in turn: in one table, increments of equal neighbors would wait for each other.
        let lane = 288
        var counts = InlineArray<1152, UInt32>(repeating: 0)
        var runs = [UInt32](repeating: 0, count: lane)
        let (rows, stride) = (residuals.rows, residuals.stride)
        var bytes = 0
        for row in Swift.stride(from: 0, to: rows, by: rows >= 4 * Histogram.sampled ? Histogram.sampled : 1) {
            bytes += stride
            var i = row * stride
            let end = i + stride
            while i &+ 8 <= end {
                let word = residuals.word(i)
                if word == 0 {
                    let next = residuals.endOfZeros(from: i, before: end)
                    Histogram.count(run: next - i, into: &runs)
                    i = next
                    continue
                }
                counts[Int(word & 255)] &+= 1
                counts[lane + Int(word &>> 8 & 255)] &+= 1
                counts[2 * lane + Int(word &>> 16 & 255)] &+= 1
                counts[3 * lane + Int(word &>> 24 & 255)] &+= 1
                counts[Int(word &>> 32 & 255)] &+= 1
                counts[lane + Int(word &>> 40 & 255)] &+= 1
                counts[2 * lane + Int(word &>> 48 & 255)] &+= 1
                counts[3 * lane + Int(word &>> 56)] &+= 1
                i &+= 8
            }
            while i < end {
                counts[Int(residuals.byte(i))] &+= 1
                i &+= 1
            }
        }
        self.bytes = bytes
        // Rows between those counted may hold other symbols, so every symbol gets a code.
        weights = (0..<Histogram.symbols).map { i in
            4 * (counts[i] + counts[lane + i] + counts[2 * lane + i] + counts[3 * lane + i] + runs[i]) + 1
        }
    }

    private static func count(run: Int, into runs: inout [UInt32]) {
        let (full, rest) = (run - 1).quotientAndRemainder(dividingBy: MatchLength.longest)
        runs[0] += 1
        runs[285] += UInt32(full)
        if rest < 3 { runs[0] += UInt32(rest) } else { runs[MatchLength(rest).symbol] += 1 }
    }

    /// The bits that `count` bytes take on average with these code lengths.
    func bits(_ lengths: [UInt8], bytes count: Int) -> Int {
        let bits = zip(weights, lengths).reduce(0) { $0 + Int($1.0) * Int($1.1) } / 4
        return bits * count / bytes
    }
}
