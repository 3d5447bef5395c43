import Bytes
import JSON

/// The list of a 422.
///
/// FastAPI says again all that was sent, for each entry, so that an answer can be four times as large as its request. Here
/// one that would be larger than `limit` says less.
struct DetailList {
    let details: [Detail]
    /// The most bytes.
    let limit: Int
    /// The most bytes of a string where no more than its beginning is echoed.
    let shortText: Int

    func body() -> ByteBuffer { whole() ?? cut() }

    /// The list as FastAPI would write it, or nothing if that is too much.
    private func whole() -> ByteBuffer? {
        var writer = JSONWriter()
        writer.beginList()
        for detail in details {
            // One byte more shows that there is more.
            writer.detail(detail, EchoBounds(text: detail.isBeyondSchema ? shortText : .max, end: limit + 1))
            if writer.buffer.count > limit { return nil }
        }
        writer.endList()
        return writer.buffer.count > limit ? nil : writer.finish()
    }

    /// The list with short strings, with no more of each value than its share of what is left, and with as many entries as fit.
    private func cut() -> ByteBuffer {
        var writer = JSONWriter()
        writer.beginList()
        for (index, detail) in details.enumerated() {
            let rest = limit - writer.buffer.count
            guard rest > 0 else { break }
            let share = min(rest, max(shortText, rest / (details.count - index)))
            writer.detail(detail, EchoBounds(text: shortText, end: writer.buffer.count + share))
        }
        writer.endList()
        return writer.finish()
    }
}

extension JSONWriter {
    fileprivate mutating func beginList() {
        beginObject()
        key("detail")
        beginArray()
    }

    fileprivate mutating func endList() {
        endArray()
        endObject()
    }
}
