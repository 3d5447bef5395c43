/// One entry in a document's list of values. Values stand in the order of the text: a container before what it holds,
/// a key before its value, so that nothing is allocated for a value alone and a whole subtree can be stepped over.
struct Node {
    enum Kind: UInt8 {
        case null, bool, integer, float, string, array, object
        /// Replaces an object's value that a later one under the same key overrides: `place` counts the nodes from here to
        /// that one, `length` those that are skipped here.
        case moved
        /// Replaces a duplicate key: `length` counts its nodes and those of its value.
        case removed
    }

    var kind: Kind
    /// Whether the bytes are in the document's buffer of unescaped strings, not in its text.
    var isUnescaped = false
    /// Whether the string holds a lone surrogate.
    var hasLoneSurrogate = false
    /// The count of bytes (numbers, strings), of elements or members (containers), of nodes (the last two kinds).
    var length: UInt32 = 0
    /// The first byte (numbers, strings; 0 or 1 for booleans), or the count of nodes from here to the end (containers).
    /// While a container is being read: one more than the index of the container around it, or 0.
    var place: UInt32 = 0
}

extension Array<Node> {
    /// How many nodes a value takes.
    func size(at index: Int) -> Int {
        let node = self[index]
        return switch node.kind {
        case .array, .object: Int(node.place)
        case .moved, .removed: Int(node.length)
        default: 1
        }
    }

    /// The first key from `index` on that counts, or `end`.
    func skipRemoved(from index: Int, to end: Int) -> Int {
        var index = index
        while index < end, self[index].kind == .removed { index += Int(self[index].length) }
        return index
    }

    /// Where the value that counts for the key at `key` stands.
    func value(ofKeyAt key: Int) -> Int {
        let value = key + 1
        return self[value].kind == .moved ? value + Int(self[value].place) : value
    }

    /// Where the entry after the key at `key` and its value begins.
    func index(afterMemberAt key: Int) -> Int {
        key + 1 + size(at: key + 1)
    }
}
