/// A tint in few bytes, for the many cells of a finished correction.
struct Tint16: BitwiseCopyable, Sendable {
    private var red: Int16 = 0
    private var green: Int16 = 0
    private var blue: Int16 = 0

    init() {}

    init(_ tint: Tint) {
        (red, green, blue) = (Int16(tint.red), Int16(tint.green), Int16(tint.blue))
    }

    @inline(__always)
    var tint: Tint { Tint(red: Int32(red), green: Int32(green), blue: Int32(blue)) }
}
