/// An upright rectangle of pixels; `right` and `bottom` lie just behind it.
public struct Rect: Hashable, Sendable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    public var right: Int { x + width }
    public var bottom: Int { y + height }
    public var size: Size { Size(width: width, height: height) }
}

extension Rect: CustomStringConvertible {
    public var description: String { "\(size) at \(x),\(y)" }
}

extension Rect {
    /// Whether the two have a pixel in common.
    func meets(_ other: Rect) -> Bool {
        x < other.right && other.x < right && y < other.bottom && other.y < bottom
    }
}
