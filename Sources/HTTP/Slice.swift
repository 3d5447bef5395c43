/// A range of bytes in a buffer, in half the memory of a `Range<Int>`.
public struct Slice: Equatable, Sendable {
    @usableFromInline let start: UInt32
    @usableFromInline let length: UInt32

    @inline(__always)
    init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        length = UInt32(truncatingIfNeeded: end &- start)
    }

    public static let empty = Slice(0, 0)
    public var isEmpty: Bool { length == 0 }

    @inline(__always) var range: Range<Int> { Int(start)..<Int(start &+ length) }
}
