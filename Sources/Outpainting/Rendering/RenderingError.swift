public import Imaging

/// Why a picture could not be made.
public enum RenderingError: Error, Sendable {
    /// The reference cannot be read.
    case image(ImageError)
    /// It cannot be placed as asked.
    case placement(PlacementError)
    /// The result cannot be written in the format asked.
    case encoding(EncodingError)
    /// The watermark cannot be made, with the reason.
    case watermark(String)
    /// `progress` returned false.
    case cancelled
}

extension RenderingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .image(let error): error.description
        case .placement(let error): error.description
        case .encoding(let error): error.description
        case .watermark(let reason): reason
        case .cancelled: "stopped"
        }
    }
}
