/// The name of a file as the kernel knows it: bytes, which need not be text.
public struct FilePath: Hashable, Sendable {
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }

    public init(_ text: String) { bytes = Array(text.utf8) }

    /// What commands take for standard input or output.
    public static let dash = FilePath("-")

    /// Calls `body` with the name as C takes it, for the length of the call.
    @unsafe func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let ended = bytes.map { CChar(bitPattern: $0) } + [0]
        // The array has at least the zero byte.
        return unsafe ended.withUnsafeBufferPointer { unsafe body($0.baseAddress.unsafelyUnwrapped) }
    }
}

extension FilePath: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self.init(text) }
}

extension FilePath: CustomStringConvertible {
    /// The name as text; what is none is replaced.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
