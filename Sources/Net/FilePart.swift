public import Bytes
public import System

/// A part of a file whose bytes do not change while there are references to it: a stored result, and the answers that send it.
public final class FilePart: Sendable {
    public let file: SharedFile
    public let range: Range<Int>
    private let whenUnused: (@Sendable (Range<Int>) -> Void)?

    /// `whenUnused` is called with the range when the last reference goes, on any thread.
    public init(_ file: SharedFile, _ range: Range<Int>, whenUnused: (@Sendable (Range<Int>) -> Void)? = nil) {
        self.file = file
        self.range = range
        self.whenUnused = whenUnused
    }

    deinit { whenUnused?(range) }

    public var count: Int { range.count }

    /// Appends the bytes at `part`, counted from the beginning of this part. Throws if the file is too short.
    public func append(_ part: Range<Int>, to buffer: inout ByteBuffer) throws(Errno) {
        let wanted = buffer.count + part.count
        try file.read(position(of: part), into: &buffer)
        if buffer.count < wanted { throw .fileTooShort }
    }

    /// The position of `part` in the file.
    func position(of part: Range<Int>) -> Range<Int> {
        precondition(part.lowerBound >= 0 && part.upperBound <= count)
        return (range.lowerBound + part.lowerBound)..<(range.lowerBound + part.upperBound)
    }
}
