/// SHA-256 (FIPS 180-4), small and slow, to pin pictures by their hash.
public enum SHA256 {
    /// The digest's first eight bytes in hexadecimal, enough to pin a picture.
    public static func short(_ bytes: Span<UInt8>) -> String {
        String(text(bytes).prefix(16))
    }

    /// The whole digest in hexadecimal.
    public static func text(_ bytes: Span<UInt8>) -> String {
        hash(bytes).map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }.joined()
    }

    /// The digest in words of 32 bits.
    public static func hash(_ bytes: Span<UInt8>) -> [UInt32] {
        var state: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
        ]
        let count = bytes.count
        let total = (count + 9 + 63) / 64 * 64
        var schedule = [UInt32](repeating: 0, count: 64)
        for block in stride(from: 0, to: total, by: 64) {
            for t in 0..<16 {
                var word: UInt32 = 0
                for k in 0..<4 { word = word << 8 | UInt32(padded(bytes, block + 4 * t + k, total)) }
                schedule[t] = word
            }
            compress(&schedule, &state)
        }
        return state
    }

    /// Byte `i` of the message with its padding: a one bit, zeros, the length in bits.
    private static func padded(_ bytes: Span<UInt8>, _ i: Int, _ total: Int) -> UInt8 {
        if i < bytes.count { return bytes[i] }
        if i == bytes.count { return 0x80 }
        return i >= total - 8 ? UInt8(truncatingIfNeeded: (bytes.count * 8) >> (8 * (total - 1 - i))) : 0
    }

    private static func compress(_ w: inout [UInt32], _ state: inout [UInt32]) {
        func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
        for t in 16..<64 {
            let s0 = rotated(w[t - 15], 7) ^ rotated(w[t - 15], 18) ^ w[t - 15] >> 3
            let s1 = rotated(w[t - 2], 17) ^ rotated(w[t - 2], 19) ^ w[t - 2] >> 10
            w[t] = w[t - 16] &+ s0 &+ w[t - 7] &+ s1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for t in 0..<64 {
            let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let t1 = h &+ s1 &+ (e & f ^ ~e & g) &+ constants[t] &+ w[t]
            let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let t2 = s0 &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
        }
        for (k, value) in [a, b, c, d, e, f, g, h].enumerated() { state[k] = state[k] &+ value }
    }

    /// The fractions of the cube roots of the first 64 primes, 32 bits each.
    private static let constants: [UInt32] = {
        var primes: [UInt64] = []
        var n: UInt64 = 2
        while primes.count < 64 {
            if !primes.contains(where: { n % $0 == 0 }) { primes.append(n) }
            n += 1
        }
        return primes.map { prime in
            // floor(cbrt(prime) * 2^32) by bisection: the largest x with x^3 <= prime * 2^96.
            var (low, high): (UInt64, UInt64) = (0, 1 << 36)
            while high - low > 1 {
                let middle = (low + high) / 2
                let wide = UInt128(middle)
                if wide * wide * wide <= UInt128(prime) << 96 { low = middle } else { high = middle }
            }
            return UInt32(truncatingIfNeeded: low)
        }
    }()
}
