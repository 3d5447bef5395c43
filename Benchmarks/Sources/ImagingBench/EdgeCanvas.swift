import Imaging

/// A canvas with a reference of RGB in its middle, whose edges are stretched or mirrored: the cheapest fills there are.
struct EdgeCanvas: PixelSource {
    let width: Int
    let height: Int
    let channels = 3
    private let reference: SharedRaster
    private let inner: (width: Int, height: Int)
    private let isMirrored: Bool

    init(_ reference: SharedRaster, width: Int, height: Int, isMirrored: Bool) {
        // Both margins are alike, and no wider than what they mirror.
        precondition(reference.channels == 3 && width == 2 * reference.width && height == 2 * reference.height)
        (self.reference, self.width, self.height, self.isMirrored) = (reference, width, height, isMirrored)
        inner = (reference.width, reference.height)
    }

    func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>) {
        let top = (height - inner.height) / 2
        precondition(pixels.count == rows.count * width * 3)
        for y in rows {
            let source = reference.row(within(y - top, inner.height))
            // The rows asked for lie in `pixels`, one after the other.
            unsafe pixels.withUnsafeMutableBufferPointer { pixels in
                unsafe source.withUnsafeBufferPointer { source in
                    guard let start = pixels.baseAddress, let source = source.baseAddress else { return }
                    unsafe paint(source, to: start + (y - rows.lowerBound) * width * 3)
                }
            }
        }
    }

    private func paint(_ source: UnsafePointer<UInt8>, to row: UnsafeMutablePointer<UInt8>) {
        let left = (width - inner.width) / 2
        // A row of the reference and one of the canvas, each as long as its width says.
        unsafe (row + 3 * left).update(from: source, count: 3 * inner.width)
        let (right, last) = (left + inner.width, inner.width - 1)
        if isMirrored {
            for x in 0..<left { unsafe copy(source + 3 &* (left &- 1 &- x), to: row + 3 &* x) }
            for x in 0..<left { unsafe copy(source + 3 &* (last &- x), to: row + 3 &* (right &+ x)) }
        } else {
            for x in 0..<left { unsafe copy(source, to: row + 3 &* x) }
            for x in 0..<left { unsafe copy(source + 3 &* last, to: row + 3 &* (right &+ x)) }
        }
    }

    @inline(__always)
    private func copy(_ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
        unsafe UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: 3)
    }

    /// The row of the reference that a row beside it shows.
    private func within(_ place: Int, _ count: Int) -> Int {
        if place < 0 { return isMirrored ? min(-1 &- place, count &- 1) : 0 }
        if place >= count { return isMirrored ? max(2 &* count &- 1 &- place, 0) : count &- 1 }
        return place
    }
}
