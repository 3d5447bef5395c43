/// One block of deflate for a band: a Huffman code of its own, literals, runs of zeros and no other match.
///
/// This takes one pass after the statistics. The residuals of photographs are noise around zero, in which a search finds
/// next to nothing, and flat parts of a canvas are zeros.
struct HuffmanBlock {
    /// Four literals and seven remaining bits fit into a word.
    private static let longestCode = 14
    /// The most bytes of a block: the longest codes, the table before them and the room `BitWriter` needs.
    static func room(for count: Int) -> Int { count * longestCode / 8 + 1024 }

    let code: HuffmanCode

    init(_ histogram: Histogram) {
        code = HuffmanCode(histogram.weights, limit: HuffmanBlock.longestCode)
    }

    /// Writes the block, which is not final, and an empty stored block that ends at a byte boundary; returns how many bytes.
    func write(_ residuals: borrowing Residuals, into output: consuming MutableRawSpan) -> Int {
        var writer = BitWriter(output)
        writeTable(&writer)
        writeTokens(residuals, &writer)
        writer.put(code.codes[Histogram.endOfBlock])
        // An empty stored block (RFC 1951, 3.2.4): three bits, the rest of the byte, no length and its complement.
        writer.put(0, 3)
        writer.align()
        writer.put(0xffff_0000, 32)
        writer.flush()
        return writer.count
    }

    // MARK: - Tokens

    // Inlined so that the writer stays in registers.
    @inline(__always)
    @_lifetime(writer: copy writer)
    private func writeTokens(_ residuals: borrowing Residuals, _ writer: inout BitWriter) {
        var literals = InlineArray<256, BitCode>(repeating: BitCode(0, 0))
        for i in 0..<256 { literals[i] = code.codes[i] }
        let runs = matches()
        let full = runs[MatchLength.longest]
        let end = residuals.bytes.byteCount
        var i = 0
        while i &+ 8 <= end {
            let word = residuals.word(i)
            if word == 0 {
                let next = residuals.endOfZeros(from: i, before: end)
                var left = next &- i &- 1
                i = next
                writer.put(literals[0])
                while left >= MatchLength.longest {
                    writer.put(full)
                    writer.flush()
                    left &-= MatchLength.longest
                }
                writer.put(runs[left])
                writer.flush()
                continue
            }
            writer.put(literals[Int(word & 255)])
            writer.put(literals[Int(word &>> 8 & 255)])
            writer.put(literals[Int(word &>> 16 & 255)])
            writer.put(literals[Int(word &>> 24 & 255)])
            writer.flush()
            writer.put(literals[Int(word &>> 32 & 255)])
            writer.put(literals[Int(word &>> 40 & 255)])
            writer.put(literals[Int(word &>> 48 & 255)])
            writer.put(literals[Int(word &>> 56)])
            writer.flush()
            i &+= 8
        }
        while i < end {
            writer.put(literals[Int(residuals.byte(i))])
            writer.flush()
            i &+= 1
        }
    }

    /// Precomputed bits for runs of zeros after a zero: a match at distance 1, whose code is a single zero bit.
    private func matches() -> [BitCode] {
        let zero = code.codes[0]
        return (0...MatchLength.longest).map { length in
            if length == 0 { return BitCode(0, 0) }
            if length < 3 { return length == 1 ? zero : zero.followed(by: Int(zero.bits), zero.count) }
            let match = MatchLength(length)
            return code.codes[match.symbol].followed(by: match.extra, match.extraBits + 1)
        }
    }

    // MARK: - Table

    /// The order in which lengths of the code for code lengths are written (RFC 1951, 3.2.7).
    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    @_lifetime(writer: copy writer)
    private func writeTable(_ writer: inout BitWriter) {
        // The main alphabet is followed by that of distances: one code of one bit.
        let items = HuffmanBlock.packed(code.lengths + [1])
        var weights = [UInt32](repeating: 0, count: 19)
        for item in items { weights[item.symbol] += 1 }
        let table = HuffmanCode(weights, limit: 7)
        var shown = HuffmanBlock.order.count
        while shown > 4, table.lengths[HuffmanBlock.order[shown - 1]] == 0 { shown -= 1 }
        // Not final, dynamic codes; 257 + n symbols of the main alphabet, 1 + n distances, 4 + n code lengths.
        writer.put(0b100, 3)
        writer.put(code.lengths.count - 257, 5)
        writer.put(0, 5)
        writer.put(shown - 4, 4)
        writer.flush()
        for symbol in HuffmanBlock.order[..<shown] {
            writer.put(Int(table.lengths[symbol]), 3)
            writer.flush()
        }
        for item in items {
            writer.put(table.codes[item.symbol])
            writer.put(item.extra, item.extraBits)
            writer.flush()
        }
    }

    /// Code lengths with their repeats: 16 is three to six more of the last, 17 and 18 are runs of none.
    private static func packed(_ lengths: [UInt8]) -> [(symbol: Int, extra: Int, extraBits: Int)] {
        var items: [(symbol: Int, extra: Int, extraBits: Int)] = []
        var i = 0
        while i < lengths.count {
            let length = lengths[i]
            var count = 1
            while i + count < lengths.count, lengths[i + count] == length { count += 1 }
            i += count
            if length == 0 {
                while count >= 11 {
                    let taken = min(count, 138)
                    items.append((18, taken - 11, 7))
                    count -= taken
                }
                if count >= 3 {
                    items.append((17, count - 3, 3))
                    count = 0
                }
            } else {
                items.append((Int(length), 0, 0))
                count -= 1
                while count >= 3 {
                    let taken = min(count, 6)
                    items.append((16, taken - 3, 2))
                    count -= taken
                }
            }
            for _ in 0..<count { items.append((Int(length), 0, 0)) }
        }
        return items
    }
}
