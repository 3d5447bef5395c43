import Bytes
import JSON

/// The list of errors in a 422 response.
///
/// FastAPI echoes the whole request in each entry, so a response can be four times as large as its request. Here a list
/// that would exceed `limit` is shortened.
struct DetailList {
    let details: [Detail]
    /// The maximum size in bytes.
    let limit: Int
    /// The maximum bytes of a string where only its beginning is echoed.
    let shortText: Int

    func body() -> ByteBuffer { whole() ?? cut() }

    /// The list as FastAPI would write it, or `nil` if it exceeds the limit.
    private func whole() -> ByteBuffer? {
        var writer = JSONWriter()
        writer.beginList()
        for detail in details {
            // One byte more than the limit detects an overflow.
            writer.detail(detail, EchoBounds(text: detail.isBeyondSchema ? shortText : .max, end: limit + 1))
            if writer.buffer.count > limit { return nil }
        }
        writer.endList()
        return writer.buffer.count > limit ? nil : writer.finish()
    }

    /// The list with shortened strings, an equal share of the remaining space for each value, and as many entries as
    /// fit.
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
