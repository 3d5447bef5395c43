/// A canonical Huffman code (RFC 1951, 3.2.2) for symbols with these weights.
struct HuffmanCode {
    /// Bits of each symbol's code; none where the weight is zero.
    let lengths: [UInt8]
    /// The code of each symbol, its first bit lowest.
    let codes: [BitCode]

    /// The best code with no length above `limit`, or nearly so. At least one weight is above zero.
    init(_ weights: [UInt32], limit: Int) {
        lengths = HuffmanCode.lengths(weights, limit: limit)
        codes = HuffmanCode.codes(lengths)
    }

    private static func lengths(_ weights: [UInt32], limit: Int) -> [UInt8] {
        // Leaves from light to heavy: weight above, symbol below, so that plain numbers sort.
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

    /// How many leaves lie at each depth of the Huffman tree over weights that rise.
    private static func depths(_ weights: [UInt64], limit: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: limit + 1)
        let leaves = weights.count
        if leaves == 1 {
            counts[1] = 1
            return counts
        }
        // Leaves and the nodes made of them both rise, so the two lightest are always at the front of either.
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
        // Leaves lifted to the limit make the code too full, by so many of its longest words.
        var excess = -(1 << limit)
        for length in 1...limit { excess += counts[length] << (limit - length) }
        while excess > 0 {
            // A leaf goes one deeper and takes one from the limit as its sibling: a word less.
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

    /// Sixteen bits the other way round: a code is packed from its highest bit (RFC 1951, 3.1.1).
    private static func reversed(_ bits: UInt64) -> UInt64 {
        var bits = bits
        bits = bits >> 1 & 0x5555 | (bits & 0x5555) << 1
        bits = bits >> 2 & 0x3333 | (bits & 0x3333) << 2
        bits = bits >> 4 & 0x0f0f | (bits & 0x0f0f) << 4
        return bits >> 8 & 0x00ff | (bits & 0x00ff) << 8
    }
}
