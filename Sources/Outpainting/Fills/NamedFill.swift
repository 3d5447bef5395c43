/// The fills by the names settings and scripts use.
public enum NamedFill {
    /// The names understood; a colour such as `#00ff00` is one, too.
    public static let names = ["mosaic", "edge", "mirror", "blur", "solid"]

    /// The fill of a name, `nil` if there is none. Mode and variant matter to the mosaic only; `solid` is padding green.
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
