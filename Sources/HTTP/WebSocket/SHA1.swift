/// SHA-1 (RFC 3174), which the handshake of a WebSocket asks for. It protects nothing there and is used for nothing else.
enum SHA1 {
    static func digest(of message: Span<UInt8>) -> InlineArray<20, UInt8> {
        var state: InlineArray<5, UInt32> = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        // The message is followed by a one bit, zeros, and its length in bits in the last eight bytes of a block (4).
        let padded = (message.count + 9 + 63) / 64 * 64
        for block in stride(from: 0, to: padded, by: 64) {
            var words = InlineArray<80, UInt32>(repeating: 0)
            for i in 0..<64 {
                let at = block + i
                let byte: UInt8
                if at < message.count {
                    byte = message[at]
                } else if at == message.count {
                    byte = 0x80
                } else if at >= padded - 8 {
                    byte = UInt8(truncatingIfNeeded: (message.count * 8) >> (8 * (padded - 1 - at)))
                } else {
                    byte = 0
                }
                words[i / 4] = words[i / 4] << 8 | UInt32(byte)
            }
            mix(&words, into: &state)
        }
        var digest = InlineArray<20, UInt8>(repeating: 0)
        for i in 0..<20 { digest[i] = UInt8(truncatingIfNeeded: state[i / 4] >> UInt32(24 - i % 4 * 8)) }
        return digest
    }

    /// One block (6.1).
    private static func mix(_ w: inout InlineArray<80, UInt32>, into state: inout InlineArray<5, UInt32>) {
        for t in 16..<80 { w[t] = (w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16]).rotatedLeft(1) }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for t in 0..<80 {
            let (f, k): (UInt32, UInt32) =
                switch t {
                case ..<20: (b & c | ~b & d, 0x5A82_7999)
                case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            (e, d, c, b, a) = (d, c, b.rotatedLeft(30), a, a.rotatedLeft(5) &+ f &+ e &+ k &+ w[t])
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
    }
}

extension UInt32 {
    fileprivate func rotatedLeft(_ n: UInt32) -> UInt32 { self << n | self >> (32 - n) }
}
