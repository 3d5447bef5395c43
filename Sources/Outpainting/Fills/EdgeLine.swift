internal import Imaging

/// The pixels along one edge of a reference, with running sums: the mean over any window in a few steps.
final class EdgeLine: Sendable {
    private let count: Int
    private let first: Color
    private let last: Color
    /// Sums of the pixels before each place.
    private let sums: Table<RGBVector>

    init(_ count: Int, _ pixel: (Int) -> Color) {
        self.count = count
        (first, last) = (pixel(0), pixel(count - 1))
        sums = Table(count + 1, repeating: RGBVector())
        for i in 0..<count { sums[i + 1] = sums[i] &+ RGBVector(pixel(i)) }
    }

    /// The rounded mean of the pixels at `center - radius ... center + radius`, positions clamped to the line.
    func mean(around center: Int, _ radius: Int) -> Color {
        let (from, to) = (center &- radius, center &+ radius &+ 1)
        let (a, b) = (clamp(from, 0, count), clamp(to, 0, count))
        // What lies before the line shows its first pixel, what lies behind it its last.
        let before = Int32(truncatingIfNeeded: min(to, 0) &- min(from, 0))
        let behind = Int32(truncatingIfNeeded: max(to, count) &- max(from, count))
        let sum = (sums[b] &- sums[a]) &+ RGBVector(first) &* before &+ RGBVector(last) &* behind
        let size = Int32(truncatingIfNeeded: to &- from)
        return Color(sum.map { ($0 &+ size / 2) / size })
    }
}

extension RGBVector {
    fileprivate init(_ color: Color) {
        self.init(red: Int32(color.red), green: Int32(color.green), blue: Int32(color.blue))
    }
}

extension Color {
    fileprivate init(_ vector: RGBVector) {
        self.init(red: UInt8(vector.red), green: UInt8(vector.green), blue: UInt8(vector.blue))
    }
}
