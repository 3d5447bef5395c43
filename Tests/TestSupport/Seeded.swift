public import Bytes

/// Random numbers that are the same in each run (SplitMix64).
public struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    public init(_ seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    public mutating func bytes(_ count: Int) -> ByteBuffer {
        var bytes = ByteBuffer(capacity: count)
        for _ in 0..<count { bytes.append(UInt8(truncatingIfNeeded: next())) }
        return bytes
    }

    public mutating func text(of characters: [UInt8], count: Int) -> [UInt8] {
        (0..<count).map { _ in characters[Int(next() % UInt64(characters.count))] }
    }
}
