internal import Imaging

/// The fills by the names settings and scripts use.
public enum NamedFill {
    /// All names but colors such as `#00ff00`, which `make` accepts too.
    public static let names = ["mosaic", "edge", "mirror", "blur", "solid"]

    /// The fill of a name, `nil` if there is none. Only the mosaic uses mode and variant; `solid` is padding green.
    public static func make(_ name: String, mode: Mode, variant: Int = 0) -> (any Fill)? {
        switch name {
        case "mosaic": MosaicFill(mode, variant: variant)
        case "edge": EdgeFill()
        case "mirror": MirrorFill()
        case "blur": BlurFill()
        case "solid": SolidFill(.paddingGreen)
        default: Color(hex: name).map { SolidFill($0) }
        }
    }
}
