import Bytes

/// The bounds of an echoed value, so that a response is bounded whatever was sent.
public struct EchoBounds: Sendable {
    /// The most bytes of a string, in whole characters.
    public var text: Int
    /// The length of the written text from which the rest of arrays and objects is left out, and a string or key is cut.
    public var end: Int

    public init(text: Int = .max, end: Int = .max) {
        self.text = text
        self.end = end
    }
}

extension JSONWriter {
    /// A container that is being written, with the range of its remaining nodes.
    private struct Frame {
        var next: Int
        let end: Int
        let isObject: Bool
    }

    /// Writes a value as it was read: every digit of an integer, other numbers in their shortest form, U+FFFD for half of
    /// a surrogate pair, `null` for what is not finite.
    ///
    /// Members whose key begins with `prefix` are left out, at any depth. ``EchoBounds`` say how much is written.
    public mutating func echo(
        _ value: JSONValue, omittingKeysWithPrefix prefix: StaticString? = nil, _ bounds: EchoBounds = EchoBounds()
    ) {
        let document = value.document
        var frames: [Frame] = []
        begin(nodeAt: value.index, of: document, bounds, &frames)
        // An explicit stack, since the text decides the depth.
        while let frame = frames.last {
            var next = frame.next
            if frame.isObject { next = document.nodes.skipRemoved(from: next, to: frame.end) }
            guard next < frame.end, buffer.count < bounds.end else {
                frames.removeLast()
                if frame.isObject { endObject() } else { endArray() }
                continue
            }
            guard frame.isObject else {
                frames[frames.count - 1].next = next + document.nodes.size(at: next)
                begin(nodeAt: next, of: document, bounds, &frames)
                continue
            }
            frames[frames.count - 1].next = document.nodes.index(afterMemberAt: next)
            let name = document.bytes(at: next)
            if let prefix, name.starts(with: prefix) { continue }
            key(name, until: bounds.end)
            begin(nodeAt: document.nodes.value(ofKeyAt: next), of: document, bounds, &frames)
        }
    }

    /// Writes a scalar, or opens a container and leaves the rest to the frame added for it.
    private mutating func begin(
        nodeAt index: Int, of document: JSONDocument, _ bounds: EchoBounds, _ frames: inout [Frame]
    ) {
        let value = JSONValue(document: document, index: index)
        switch value.kind {
        case .null: null()
        case .bool: bool(value.bool == true)
        case .integer:
            // Python's integers have no negative zero.
            if value.bytes.equals("-0") { integer(0) } else { verbatim(value.bytes) }
        case .float: double(value.double ?? .nan)
        case .string: string(value.bytes.characters(upTo: bounds.text), until: bounds.end)
        case .array:
            beginArray()
            frames.append(Frame(next: index + 1, end: index + document.nodes.size(at: index), isObject: false))
        case .object:
            beginObject()
            frames.append(Frame(next: index + 1, end: index + document.nodes.size(at: index), isObject: true))
        }
    }
}

extension Span<UInt8> {
    /// Whole characters of UTF-8 up to `limit` bytes.
    @_lifetime(copy self)
    public func characters(upTo limit: Int) -> Span<UInt8> {
        var end = Swift.min(limit, count)
        while end > 0, end < count, self[end] & 0xC0 == 0x80 { end -= 1 }
        return extracting(..<end)
    }

    fileprivate func starts(with prefix: StaticString) -> Bool {
        count >= prefix.utf8CodeUnitCount && extracting(first: prefix.utf8CodeUnitCount).equals(prefix)
    }
}
