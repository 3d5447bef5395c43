internal import Glibc

extension Interval {
    /// The interval of a log-normal distribution that `bits` draw. Half of all draws are below the median; `sigma` is the
    /// standard deviation of the logarithm.
    public static func logNormal(median: Interval, sigma: Double, drawnBy bits: UInt64) -> Interval {
        // Box and Muller: two evenly distributed numbers make a normally distributed one.
        let one = (Double(bits >> 32) + 1) / 4_294_967_297
        let other = Double(bits & 0xFFFF_FFFF) / 4_294_967_296
        let normal = (-2 * log(one)).squareRoot() * cos(2 * .pi * other)
        return median.scaled(by: exp(sigma * normal))
    }
}
