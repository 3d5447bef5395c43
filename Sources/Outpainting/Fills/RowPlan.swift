internal import Imaging

/// A plan that paints row by row.
protocol RowPlan: FillPlan {
    var placement: Placement { get }

    /// Paints canvas row `y`.
    func paint(row y: Int, into line: inout MutableSpan<UInt8>)
}

extension RowPlan {
    var canvas: Size { placement.canvas }

    func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>) {
        let rowBytes = 3 * canvas.width
        for y in rows {
            let from = (y - rows.lowerBound) * rowBytes
            var line = pixels._mutatingExtracting(from..<from + rowBytes)
            paint(row: y, into: &line)
        }
    }
}

extension MutableSpan where Element == UInt8 {
    /// Sets pixels of a row to one color.
    @_lifetime(self: copy self)
    mutating func paint(_ columns: Range<Int>, _ color: Color) {
        for x in columns { setPixel(x, color) }
    }

    @inline(__always)
    @_lifetime(self: copy self)
    mutating func setPixel(_ x: Int, _ color: Color) {
        let p = 3 &* x
        self[p] = color.red
        self[p &+ 1] = color.green
        self[p &+ 2] = color.blue
    }
}

extension Span where Element == UInt8 {
    /// The color of a pixel in a row.
    @inline(__always)
    func pixel(_ x: Int) -> Color {
        let p = 3 &* x
        return Color(red: self[p], green: self[p &+ 1], blue: self[p &+ 2])
    }
}
