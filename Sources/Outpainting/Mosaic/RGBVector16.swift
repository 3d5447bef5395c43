/// An `RGBVector` of 16-bit numbers, for the many cells of a finished correction.
struct RGBVector16: BitwiseCopyable, Sendable {
    private var red: Int16 = 0
    private var green: Int16 = 0
    private var blue: Int16 = 0

    init() {}

    init(_ vector: RGBVector) {
        (red, green, blue) = (Int16(vector.red), Int16(vector.green), Int16(vector.blue))
    }

    @inline(__always)
    var vector: RGBVector { RGBVector(red: Int32(red), green: Int32(green), blue: Int32(blue)) }
}
