/// How deflate writes the length of a match, 3 to 258 bytes: a symbol and a few bits more (RFC 1951, 3.2.5).
struct MatchLength {
    static let longest = 258

    let symbol: Int
    let extra: Int
    let extraBits: Int

    init(_ length: Int) {
        precondition(length >= 3 && length <= MatchLength.longest)
        if length == MatchLength.longest {
            (symbol, extra, extraBits) = (285, 0, 0)
        } else if length < 11 {
            (symbol, extra, extraBits) = (254 + length, 0, 0)
        } else {
            // Four symbols for each doubling: two bits below the highest choose among them, the rest is extra.
            let distance = length - 3
            extraBits = distance.bitWidth - distance.leadingZeroBitCount - 3
            symbol = 257 + extraBits * 4 + distance >> extraBits
            extra = distance & (1 << extraBits - 1)
        }
    }
}
