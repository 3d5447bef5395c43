import Bytes

extension JSONValue {
    /// How many elements an array or members an object has, equal keys counted once; 0 for anything else.
    public var count: Int {
        node.kind == .array || node.kind == .object ? Int(node.length) : 0
    }

    /// The elements of an array, in order; empty for other kinds.
    public var elements: Elements {
        Elements(parent: self, at: index + 1, end: node.kind == .array ? index + Int(node.place) : index)
    }

    /// The members of an object in the order in which their keys first come, each with the last value its key is given;
    /// empty for anything else.
    public var members: Members {
        Members(parent: self, at: index + 1, end: node.kind == .object ? index + Int(node.place) : index)
    }

    /// The value an object has under `key`, `nil` if none or for anything but an object.
    public subscript(key: StaticString) -> JSONValue? {
        for member in members where member.key.bytes.equals(key) { return member.value }
        return nil
    }

    /// The value an object has under the key of these bytes, `nil` if none or for anything but an object.
    public subscript(key: Span<UInt8>) -> JSONValue? {
        for member in members where member.key.bytes.equals(key) { return member.value }
        return nil
    }

    /// A member of an object.
    public struct Member: Sendable {
        /// The key, a string value.
        public let key: JSONValue
        public let value: JSONValue
    }

    /// The elements of an array.
    public struct Elements: Sequence, IteratorProtocol, Sendable {
        fileprivate let parent: JSONValue
        fileprivate var at: Int
        fileprivate let end: Int

        public mutating func next() -> JSONValue? {
            guard at < end else { return nil }
            defer { at += parent.document.nodes.size(at: at) }
            return JSONValue(document: parent.document, index: at)
        }
    }

    /// The members of an object.
    public struct Members: Sequence, IteratorProtocol, Sendable {
        fileprivate let parent: JSONValue
        fileprivate var at: Int
        fileprivate let end: Int

        public mutating func next() -> Member? {
            let nodes = parent.document.nodes
            at = nodes.skipRemoved(from: at, to: end)
            guard at < end else { return nil }
            defer { at = nodes.index(afterMemberAt: at) }
            return Member(
                key: JSONValue(document: parent.document, index: at),
                value: JSONValue(document: parent.document, index: nodes.value(ofKeyAt: at)))
        }
    }
}
