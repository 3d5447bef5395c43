import Bytes
import HTTP
import System
import Tasks

/// The text of an answer in which the base64 of pictures is made only while it is sent, from where the pictures are kept: it
/// takes no more memory with many of them than with one.
final class AnswerText: MadeContent {
    /// All but the pictures.
    private let rest: SharedBytes
    private let insets: [Inset]
    let count: Int

    /// A picture in the text.
    struct Inset: Sendable {
        let file: StoredFile
        /// Where it stands in the rest.
        let place: Int
        /// Where it stands in the whole.
        fileprivate(set) var range = 0..<0
    }

    /// The rest of a text, and what goes into it in the order of its places.
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
        // What stands before a picture is as far from its place in the rest as the picture is.
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

    /// What stands at a range of the whole, of which `offset` characters before are of pictures.
    private func appendRest(_ range: Range<Int>, _ offset: Int, to buffer: inout ByteBuffer) {
        let rest = rest
        buffer.append(rest.bytes.extracting(range.lowerBound - offset..<range.upperBound - offset))
    }

    /// Characters of a picture's base64: four of them are three bytes.
    private func append(_ range: Range<Int>, of file: StoredFile, to buffer: inout ByteBuffer) throws(Errno) {
        let first = range.lowerBound / 4
        var bytes = ByteBuffer()
        try file.append(first * 3..<min((range.upperBound + 3) / 4 * 3, file.count), to: &bytes)
        var text = ByteBuffer(capacity: Base64.encodedCount(bytes.count))
        Base64.encode(bytes.bytes, into: &text)
        buffer.append(text.bytes.extracting(range.lowerBound - first * 4..<range.upperBound - first * 4))
    }
}
