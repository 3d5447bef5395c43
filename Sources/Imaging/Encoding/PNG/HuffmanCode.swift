/// A canonical Huffman code (RFC 1951, 3.2.2) for symbols with these weights.
struct HuffmanCode {
    /// Bits of each symbol's code; none where the weight is zero.
    let lengths: [UInt8]
    /// The code of each symbol, its first bit lowest.
    let codes: [BitCode]

    /// A nearly optimal code with no length above `limit`. At least one weight is above zero.
    init(_ weights: [UInt32], limit: Int) {
        lengths = HuffmanCode.lengths(weights, limit: limit)
        codes = HuffmanCode.codes(lengths)
    }

    private static func lengths(_ weights: [UInt32], limit: Int) -> [UInt8] {
        // Leaves from light to heavy, with the weight in the high bits and the symbol in the low ones, so that integers sort.
        var leaves: [UInt64] = []
        leaves.reserveCapacity(weights.count)
        for (symbol, weight) in weights.enumerated() where weight > 0 {
            leaves.append(UInt64(weight) << 16 | UInt64(symbol))
        }
        leaves.sort()
        var lengths = [UInt8](repeating: 0, count: weights.count)
        var counts = depths(leaves.map { $0 >> 16 }, limit: limit)
        var length = 1
        for leaf in leaves.reversed() {
            while counts[length] == 0 { length += 1 }
            counts[length] -= 1
            lengths[Int(leaf & 0xffff)] = UInt8(length)
        }
        return lengths
    }

    /// The number of leaves at each depth of the Huffman tree over ascending weights.
    private static func depths(_ weights: [UInt64], limit: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: limit + 1)
        let leaves = weights.count
        if leaves == 1 {
            counts[1] = 1
            return counts
        }
        // Leaves and inner nodes are both ascending, so the two lightest are always at the front of either.
        var nodes = weights
        var parent = [Int](repeating: 0, count: 2 * leaves - 1)
        var (leaf, node) = (0, leaves)
        func lightest() -> Int {
            if leaf < leaves && (node >= nodes.count || nodes[leaf] <= nodes[node]) {
                leaf += 1
                return leaf - 1
            }
            node += 1
            return node - 1
        }
        while nodes.count < 2 * leaves - 1 {
            let (a, b) = (lightest(), lightest())
            (parent[a], parent[b]) = (nodes.count, nodes.count)
            nodes.append(nodes[a] + nodes[b])
        }
        var depth = [Int](repeating: 0, count: nodes.count)
        for i in (0..<nodes.count - 1).reversed() {
            depth[i] = depth[parent[i]] + 1
            if i < leaves { counts[min(depth[i], limit)] += 1 }
        }
        // Leaves cut at the limit oversubscribe the code, by this many of its longest words.
        var excess = -(1 << limit)
        for length in 1...limit { excess += counts[length] << (limit - length) }
        while excess > 0 {
            // A leaf moves one deeper and gets one from the limit as its sibling, which frees a word.
            var length = limit - 1
            while counts[length] == 0 { length -= 1 }
            counts[length] -= 1
            counts[length + 1] += 2
            counts[limit] -= 1
            excess -= 1
        }
        return counts
    }

    private static func codes(_ lengths: [UInt8]) -> [BitCode] {
        var counts = [UInt64](repeating: 0, count: 16)
        for length in lengths where length > 0 { counts[Int(length)] += 1 }
        var next = [UInt64](repeating: 0, count: 17)
        for length in 1...15 { next[length + 1] = (next[length] + counts[length]) << 1 }
        return lengths.map { length in
            let length = Int(length)
            let code = next[length]
            if length > 0 { next[length] += 1 }
            return BitCode(reversed(code) >> UInt64(16 - length), length)
        }
    }

    /// Sixteen bits reversed: a code is packed from its highest bit (RFC 1951, 3.1.1).
    private static func reversed(_ bits: UInt64) -> UInt64 {
        var bits = bits
        bits = bits >> 1 & 0x5555 | (bits & 0x5555) << 1
        bits = bits >> 2 & 0x3333 | (bits & 0x3333) << 2
        bits = bits >> 4 & 0x0f0f | (bits & 0x0f0f) << 4
        return bits >> 8 & 0x00ff | (bits & 0x00ff) << 8
    }
}
