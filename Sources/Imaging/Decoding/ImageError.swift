/// Why a file cannot be read as a picture.
public struct ImageError: Error, Hashable, Sendable {
    /// What is wrong, apart from the format.
    public enum Reason: Hashable, Sendable {
        /// There are no bytes at all.
        case empty
        /// The bytes begin like no known format.
        case notAnImage(read: [ImageFormat])
        /// A format that is recognized but not supported, or turned off here.
        case foreign(UnsupportedFormat, read: [ImageFormat])
        /// A feature of the format that is not supported.
        case unsupported(String)
        /// The file ends too early.
        case truncated
        /// The file breaks a rule of its format.
        case corrupt(String)
        /// The picture exceeds a bound.
        case tooMuch(ImageBound, asked: Int, allowed: Int)
    }

    /// The format that the file's signature indicates, if it is supported.
    public let format: ImageFormat?
    /// What is wrong.
    public let reason: Reason

    init(_ format: ImageFormat?, _ reason: Reason) {
        self.format = format
        self.reason = reason
    }
}

extension ImageError: CustomStringConvertible {
    /// One sentence that names the format and the reason, with the numbers asked and allowed.
    public var description: String {
        let name = format?.rawValue ?? "image"
        return switch reason {
        case .empty: "the image is empty"
        case .notAnImage(let formats): "this is not an image; \(formats.names) are read"
        case .foreign(let foreign, let formats): "\(foreign.rawValue) is not read; \(formats.names) are"
        case .unsupported(let feature): "\(name): \(feature) is not supported"
        case .truncated: "\(name): the file ends too early"
        case .corrupt(let defect): "\(name): the file is corrupt: \(defect)"
        case .tooMuch(let bound, let asked, let allowed):
            "\(name): \(asked) \(bound.rawValue), at most \(allowed) allowed"
        }
    }
}
