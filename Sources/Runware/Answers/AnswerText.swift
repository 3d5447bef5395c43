import Bytes
import HTTP
import System
import Tasks

/// The text of an answer. Pictures are encoded in base64 while the text is sent, so that memory use does not depend on
/// their number.
final class AnswerText: MadeContent {
    /// The text without the pictures.
    private let rest: SharedBytes
    private let insets: [Inset]
    let count: Int

    /// A picture in the text.
    struct Inset: Sendable {
        let file: Blob
        /// The picture's offset in the text without pictures.
        let place: Int
        /// The picture's range in the whole text.
        fileprivate(set) var range = 0..<0
    }

    /// Creates a text from its part without pictures and the pictures, ordered by offset.
    init(_ rest: consuming ByteBuffer, _ insets: [Inset]) {
        var (before, insets) = (0, insets)
        for index in insets.indices {
            let size = Base64.encodedCount(insets[index].file.count)
            let start = insets[index].place + before
            insets[index].range = start..<start + size
            before += size
        }
        count = rest.count + before
        self.rest = SharedBytes(rest)
        self.insets = insets
    }

    var weight: Int { rest.count + insets.count * MemoryLayout<Inset>.stride }

    func append(_ range: Range<Int>, to buffer: inout ByteBuffer) throws(Errno) {
        var at = range.lowerBound
        // Text before a picture is shifted by as much as the picture itself.
        for inset in insets where inset.range.upperBound > at && at < range.upperBound {
            if at < inset.range.lowerBound {
                let end = min(inset.range.lowerBound, range.upperBound)
                appendRest(at..<end, inset.range.lowerBound - inset.place, to: &buffer)
                at = end
            }
            let end = min(inset.range.upperBound, range.upperBound)
            if at < end {
                let start = inset.range.lowerBound
                try append(at - start..<end - start, of: inset.file, to: &buffer)
                at = end
            }
        }
        if at < range.upperBound { appendRest(at..<range.upperBound, count - rest.count, to: &buffer) }
    }

    /// Appends a range of the whole text that contains no picture; `offset` is the length of the pictures before it.
    private func appendRest(_ range: Range<Int>, _ offset: Int, to buffer: inout ByteBuffer) {
        let rest = rest
        buffer.append(rest.bytes.extracting(range.lowerBound - offset..<range.upperBound - offset))
    }

    /// Appends a range of a picture's base64, in which four characters encode three bytes.
    private func append(_ range: Range<Int>, of file: Blob, to buffer: inout ByteBuffer) throws(Errno) {
        let first = range.lowerBound / 4
        var bytes = ByteBuffer()
        try file.append(first * 3..<min((range.upperBound + 3) / 4 * 3, file.count), to: &bytes)
        var text = ByteBuffer(capacity: Base64.encodedCount(bytes.count))
        Base64.encode(bytes.bytes, into: &text)
        buffer.append(text.bytes.extracting(range.lowerBound - first * 4..<range.upperBound - first * 4))
    }
}
