/// Width and height in pixels.
public struct Size: Hashable, Sendable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

extension Size: CustomStringConvertible {
    public var description: String { "\(width)x\(height)" }
}
