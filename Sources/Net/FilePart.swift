public import Bytes
public import System

/// A part of a file that does not change for as long as somebody has it: a stored result, and everybody who is sent it.
public final class FilePart: Sendable {
    public let file: SharedFile
    public let range: Range<Int>
    private let whenUnused: (@Sendable (Range<Int>) -> Void)?

    /// `whenUnused` is called with the range when nobody has the part any more, on whatever thread that is.
    public init(_ file: SharedFile, _ range: Range<Int>, whenUnused: (@Sendable (Range<Int>) -> Void)? = nil) {
        self.file = file
        self.range = range
        self.whenUnused = whenUnused
    }

    deinit { whenUnused?(range) }

    public var count: Int { range.count }

    /// What stands at `part`, counted from the beginning of this one. Throws if the file has lost it.
    public func append(_ part: Range<Int>, to buffer: inout ByteBuffer) throws(Errno) {
        let wanted = buffer.count + part.count
        try file.read(place(of: part), into: &buffer)
        if buffer.count < wanted { throw .fileTooShort }
    }

    /// Where `part` stands in the file.
    func place(of part: Range<Int>) -> Range<Int> {
        precondition(part.lowerBound >= 0 && part.upperBound <= count)
        return (range.lowerBound + part.lowerBound)..<(range.lowerBound + part.upperBound)
    }
}
