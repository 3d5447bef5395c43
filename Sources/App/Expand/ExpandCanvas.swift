import Imaging
import Outpainting

/// The requested canvas: one size for all pictures, or one derived from the size of each.
enum ExpandCanvas: Sendable, Equatable {
    case fixed(Size)
    case scaled(Double)
    case extended(left: Int, right: Int, top: Int, bottom: Int)

    /// The groups of flags that size a canvas. Flags of different groups exclude each other.
    private static let ways = [["width", "height"], ["scale"], ["left", "right", "top", "bottom"]]
    private static let advice = "--width and --height, or --scale, or any of --left, --right, --top and --bottom"

    /// Refuses contradictory combinations, and a fixed size that fits no picture.
    init(_ reading: SettingsReader<Configuration>.Result) throws(UsageError) {
        let settings = reading.values.expand
        func flag(_ name: String) -> String { reading.origin(name).naming("--\(name)") }
        let given = Self.ways.map { $0.filter { reading.origin($0) != .standard } }
        let used = given.filter { !$0.isEmpty }
        if used.count > 1 {
            throw UsageError("\(flag(used[0][0])) and \(flag(used[1][0])) cannot be combined: give \(Self.advice)")
        }
        if let scale = settings.scale {
            self = .scaled(scale)
        } else if let side = given[2].first {
            if let offset = ["offset-x", "offset-y"].first(where: { reading.origin($0) != .standard }) {
                throw UsageError(
                    "\(flag(offset)) and \(flag(side)) cannot be combined: the sides already place the picture")
            }
            self = .extended(
                left: settings.left ?? 0, right: settings.right ?? 0, top: settings.top ?? 0,
                bottom: settings.bottom ?? 0)
        } else if let width = settings.width, let height = settings.height {
            let size = Size(width: width, height: height)
            do throws(PlacementError) {
                try Placement.check(canvas: size)
            } catch {
                throw UsageError("\(error)")
            }
            self = .fixed(size)
        } else if let given = given[0].first {
            let other = given == "width" ? "height" : "width"
            throw UsageError("\(flag(given)) needs --\(other) beside it; see outpaint help expand")
        } else {
            throw UsageError("expand needs a canvas: give \(Self.advice); see outpaint help expand")
        }
    }

    /// The canvas for a picture of this size.
    func size(for picture: Size) -> Size {
        switch self {
        case .fixed(let size): size
        case .scaled(let factor):
            Size(
                width: Int((Double(picture.width) * factor).rounded()),
                height: Int((Double(picture.height) * factor).rounded()))
        case .extended(let left, let right, let top, let bottom):
            Size(width: picture.width + left + right, height: picture.height + top + bottom)
        }
    }

    /// The position of the picture's left and top edges; `nil` if the offset flags decide.
    var offset: (x: Int, y: Int)? {
        if case .extended(let left, _, let top, _) = self { (left, top) } else { nil }
    }
}
