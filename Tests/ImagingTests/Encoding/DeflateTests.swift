import Bytes
import CShims
import TestSupport
import Testing

@testable import Imaging

@Suite struct DeflateTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a Huffman code is complete and within its length limit`(seed: UInt64) {
        var random = Seeded(seed)
        let count = Int.random(in: 2...286, using: &random)
        // Weights that double make the longest codes there are.
        let weights = (0..<count).map { i -> UInt32 in
            seed % 2 == 0 ? 1 << UInt32(i % 31) : UInt32.random(in: 0...1000, using: &random) + (i < 2 ? 1 : 0)
        }
        for limit in [9, 14, 15] {
            let code = HuffmanCode(weights, limit: limit)
            let used = zip(weights, code.lengths).filter { $0.0 > 0 }.map { Int($0.1) }
            #expect(used.allSatisfy { $0 >= 1 && $0 <= limit })
            #expect(used.reduce(0) { $0 + 1 << (limit - $1) } == 1 << limit)
            #expect(zip(weights, code.lengths).allSatisfy { $0.0 > 0 || $0.1 == 0 })
            // The heavier, the shorter.
            let sorted = zip(weights, code.lengths).filter { $0.0 > 0 }.sorted { $0.0 > $1.0 }
            #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0.0 == $1.0 || $0.1 <= $1.1 })
        }
    }

    @Test func `a Huffman code of one symbol takes one bit`() {
        let code = HuffmanCode([0, 7, 0], limit: 7)
        #expect(code.lengths == [0, 1, 0])
    }

    /// The table of RFC 1951, 3.2.5.
    @Test func `match lengths are written as the deflate table says`() {
        let bases = [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
            227, 258,
        ]
        for length in 3...258 {
            let match = MatchLength(length)
            let base = bases.lastIndex { $0 <= length } ?? 0
            #expect(match.symbol == 257 + base && match.extra == length - bases[base])
            let extraBits = base < 8 || base == 28 ? 0 : base / 4 - 1
            #expect(match.extraBits == extraBits)
        }
    }

    @Test func `checksums of parts combine to the checksum of the whole`() {
        var random = Seeded(5)
        let bytes = (0..<200_000).map { _ in UInt8.random(in: 250...255, using: &random) }
        let whole = Adler32(bytes.span)
        var parts = Adler32()
        for (start, end) in [(0, 0), (0, 1), (1, 70_000), (70_000, 135_521), (135_521, 200_000)] {
            parts.append(Adler32(bytes.span.extracting(start..<end)), count: end - start)
        }
        #expect(parts.value == whole.value)
    }

    @Test(arguments: [3, 4])
    func `the Paeth filter gives the same bytes on every processor`(channels: Int) {
        var random = Seeded(9)
        for count in Array(1...70) + [1000] {
            let rows = (0..<2).map { _ in
                (0..<channels + count).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            var (any, portable) = ([UInt8](repeating: 0, count: count), [UInt8](repeating: 0, count: count))
            // All arrays hold `channels` bytes and then `count`, or `count` alone.
            unsafe rows[0].withUnsafeBufferPointer { row in
                unsafe rows[1].withUnsafeBufferPointer { above in
                    unsafe outpaint_paeth(
                        row.baseAddress! + channels, above.baseAddress! + channels, channels, count, &any)
                    unsafe outpaint_paeth_portable(
                        row.baseAddress! + channels, above.baseAddress! + channels, channels, count, &portable)
                }
            }
            let expected = (channels..<channels + count).map { i -> UInt8 in
                let (a, b, c) = (Int(rows[0][i - channels]), Int(rows[1][i]), Int(rows[1][i - channels]))
                // PNG, 9.4, word by word.
                let p = a + b - c
                let (pa, pb, pc) = (abs(p - a), abs(p - b), abs(p - c))
                let predicted = pa <= pb && pa <= pc ? a : pb <= pc ? b : c
                return rows[0][i] &- UInt8(predicted)
            }
            #expect(any == expected && portable == expected, "\(count)")
        }
    }
}
