/// How stored rows and columns lie in the picture as it is to be seen (Exif 2.32, tag 0x0112).
public enum ImageOrientation: UInt8, Hashable, Sendable, CaseIterable {
    case upright = 1
    case mirrored
    case upsideDown
    case mirroredUpsideDown
    case transposed
    case turnedRight
    case transversed
    case turnedLeft

    /// Whether width and height change places.
    public var swapsSides: Bool { rawValue >= 5 }
}
