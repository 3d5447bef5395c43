import Imaging

/// A canvas with a reference in its middle, whose edges are stretched or mirrored: the cheapest fills there are.
struct EdgeCanvas: PixelSource {
    let reference: SharedRaster
    let width: Int
    let height: Int
    let isMirrored: Bool

    init(_ reference: SharedRaster, width: Int, height: Int, isMirrored: Bool) {
        (self.reference, self.width, self.height, self.isMirrored) = (reference, width, height, isMirrored)
    }

    var channels: Int { reference.channels }

    func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>) {
        let rowBytes = width * channels
        let top = (height - reference.height) / 2
        for y in rows {
            let start = (y - rows.lowerBound) * rowBytes
            var row = pixels._mutatingExtracting(start..<start + rowBytes)
            paint(reference.row(within(y - top, reference.height)), into: &row)
        }
    }

    private func paint(_ source: Span<UInt8>, into row: inout MutableSpan<UInt8>) {
        let left = (width - reference.width) / 2
        // Both hold the reference's row: the one is it, the other is wide enough.
        var middle = row._mutatingExtracting(left * channels..<left * channels + source.count)
        unsafe middle.withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        }
        for x in 0..<left { copy(source, within(x - left, reference.width), to: x, of: &row) }
        for x in left + reference.width..<width { copy(source, within(x - left, reference.width), to: x, of: &row) }
    }

    @inline(__always)
    private func copy(_ source: Span<UInt8>, _ from: Int, to x: Int, of row: inout MutableSpan<UInt8>) {
        for k in 0..<3 { row[3 &* x &+ k] = source[3 &* from &+ k] }
    }

    /// The place in the reference that a place beside it shows.
    @inline(__always)
    private func within(_ place: Int, _ count: Int) -> Int {
        if place < 0 { return isMirrored ? min(-1 - place, count - 1) : 0 }
        if place >= count { return isMirrored ? max(2 * count - 1 - place, 0) : count - 1 }
        return place
    }
}
