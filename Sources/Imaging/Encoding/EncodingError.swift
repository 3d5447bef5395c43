/// Why a picture could not be written.
public enum EncodingError: Error, Hashable, Sendable {
    /// A side is longer than the format can hold.
    case tooLarge(format: ImageFormat, side: Int, longest: Int)
    /// `progress` returned false.
    case cancelled
    /// The library that writes the format failed, with its message.
    case failed(format: ImageFormat, reason: String)
}

extension EncodingError: CustomStringConvertible {
    /// One sentence that names the format and the reason, with the numbers asked and allowed.
    public var description: String {
        switch self {
        case .tooLarge(let format, let side, let longest):
            "\(format.rawValue): at most \(longest) pixels a side, not \(side)"
        case .cancelled: "the writing of the picture was cancelled"
        case .failed(let format, let reason): "\(format.rawValue) could not be written: \(reason)"
        }
    }
}
