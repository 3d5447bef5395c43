/// A picture whose rows are made on demand, so that a whole canvas need never lie in memory.
///
/// An encoder requests runs of rows, mostly once and in order; with several workers it requests different runs
/// concurrently, and sometimes a row again.
public protocol PixelSource: Sendable {
    /// Pixels in a row.
    var width: Int { get }
    /// Rows.
    var height: Int { get }
    /// Bytes in a pixel: 3 for RGB, 4 for RGBA.
    var channels: Int { get }

    /// Writes rows into `pixels`, which holds exactly these rows, packed.
    func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>)
}

extension SharedRaster: PixelSource {
    public func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>) {
        let rowBytes = width * channels
        pixels.copy(self.pixels.extracting(rows.lowerBound * rowBytes..<rows.upperBound * rowBytes))
    }
}

extension MutableSpan where Element == UInt8 {
    /// Overwrites the first bytes.
    @_lifetime(self: copy self)
    mutating func copy(_ bytes: Span<UInt8>) {
        precondition(bytes.count <= count)
        // Both hold this many bytes, and a span that may be written overlaps no other.
        unsafe withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        }
    }
}
