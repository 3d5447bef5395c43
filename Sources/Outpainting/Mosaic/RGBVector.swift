/// A color, a difference of colors or a correction: one number each for red, green and blue, mostly in 64ths of a
/// level.
struct RGBVector: BitwiseCopyable, Equatable, Sendable {
    var red: Int32 = 0
    var green: Int32 = 0
    var blue: Int32 = 0

    @inline(__always)
    static func &+ (a: RGBVector, b: RGBVector) -> RGBVector {
        RGBVector(red: a.red &+ b.red, green: a.green &+ b.green, blue: a.blue &+ b.blue)
    }

    @inline(__always)
    static func &- (a: RGBVector, b: RGBVector) -> RGBVector {
        RGBVector(red: a.red &- b.red, green: a.green &- b.green, blue: a.blue &- b.blue)
    }

    @inline(__always)
    static func &* (a: RGBVector, k: Int32) -> RGBVector {
        RGBVector(red: a.red &* k, green: a.green &* k, blue: a.blue &* k)
    }

    /// The same done to each channel.
    @inline(__always)
    func map(_ body: (Int32) -> Int32) -> RGBVector {
        RGBVector(red: body(red), green: body(green), blue: body(blue))
    }

    /// The sum of the channels' magnitudes.
    @inline(__always)
    var size: Int { Int(abs(red)) &+ Int(abs(green)) &+ Int(abs(blue)) }
}
