import Bytes

/// A value of a document: a light view that keeps the document alive.
public struct JSONValue: Sendable {
    /// What a value is, the two kinds of numbers told apart by how they are written.
    public enum Kind: Sendable {
        case null, bool
        /// A number without point and exponent.
        case integer
        /// Any other number, `NaN` and the infinities among them.
        case float
        case string, array, object
    }

    let document: JSONDocument
    let index: Int

    var node: Node { document.nodes[index] }

    public var kind: Kind {
        switch node.kind {
        case .null: .null
        case .bool: .bool
        case .integer: .integer
        case .float: .float
        case .string: .string
        case .array: .array
        case .object: .object
        case .moved, .removed: preconditionFailure("stands for no value")
        }
    }

    public var isNull: Bool { node.kind == .null }

    /// The value of `true` or `false`, `nil` for anything else.
    public var bool: Bool? {
        node.kind == .bool ? node.place == 1 : nil
    }

    /// The bytes of a string with all escapes resolved, or of a number as it is written; empty for anything else.
    ///
    /// Half of a surrogate pair is three bytes, as in UTF-8 if that allowed them.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { document.bytes(at: index) }
    }

    /// The text of a string, halves of surrogate pairs as U+FFFD; `nil` for anything else.
    public var string: String? {
        guard node.kind == .string else { return nil }
        guard hasLoneSurrogate else { return bytes.text }
        var repaired = ByteBuffer()
        var at = 0
        while at < bytes.count {
            let end = bytes.endOfASCII(from: at)
            repaired.append(bytes.extracting(at..<end))
            at = repaired.appendNonASCII(of: bytes, at: end)
        }
        return repaired.bytes.text
    }

    /// Whether a string holds half of a surrogate pair and so is no text that UTF-8 could carry.
    public var hasLoneSurrogate: Bool { node.hasLoneSurrogate }
}

extension JSONDocument {
    /// The bytes of the string or number at `index`; empty for anything else.
    @_lifetime(borrow self)
    func bytes(at index: Int) -> Span<UInt8> {
        let node = nodes[index]
        guard node.kind == .string || node.kind == .integer || node.kind == .float else { return Span() }
        let source = node.isUnescaped ? unescaped : text
        // Both buffers are constants of this object, so their bytes live as long as it does.
        let all = unsafe _overrideLifetime(source.bytes, borrowing: self)
        return all.extracting(Int(node.place)..<Int(node.place) + Int(node.length))
    }
}
