/// The four sides of the reference.
enum Side: Int, CaseIterable {
    case left, right, top, bottom

    var isHorizontal: Bool { self == .left || self == .right }
}
