import Bytes

/// Reads JSON text as Python's `json.loads` does, error for error, into a list of nodes.
///
/// There is no recursion and no stack: open containers are linked through their own nodes, so depth costs only the nodes
/// themselves.
struct Parser: ~Copyable, ~Escapable {
    /// Why reading stopped, and at which byte.
    enum Failure: Error {
        case syntax(JSONSyntaxError, at: Int)
        case undecodable
        case integerTooLong
        case tooDeep
        case tooManyValues
    }

    let text: Span<UInt8>
    let maximumDepth: Int
    let maximumValues: Int
    var at: Int
    var nodes: [Node] = []
    var unescaped = ByteBuffer()
    /// The index of the innermost open container, or -1.
    private var open = -1
    private var depth = 0

    @_lifetime(copy text)
    init(_ text: Span<UInt8>, from start: Int, maximumDepth: Int, maximumValues: Int = .max) {
        self.text = text
        self.at = start
        self.maximumDepth = maximumDepth
        self.maximumValues = maximumValues
    }

    /// The byte to be read next, or 0 at the end, where no valid text has one.
    var next: UInt8 { at < text.count ? text[at] : 0 }

    mutating func parse() throws(Failure) {
        skipWhiteSpace()
        repeat {
            while try !readValue() {}
        } while try moreFollows()
        guard at == text.count else { throw .syntax(.extraData, at: at) }
    }

    // MARK: - Values

    /// Reads a value, or of a nonempty container only the part before its first value. Returns whether a value is complete.
    private mutating func readValue() throws(Failure) -> Bool {
        guard nodes.count < maximumValues else { throw .tooManyValues }
        if open >= 0, nodes[open].kind == .array { nodes[open].length += 1 }
        let start = at
        switch next {
        case UInt8(ascii: "\""):
            try readString()
        case UInt8(ascii: "{"):
            return try openContainer(.object)
        case UInt8(ascii: "["):
            return try openContainer(.array)
        case UInt8(ascii: "n") where skip("null"):
            nodes.append(Node(kind: .null))
        case UInt8(ascii: "t") where skip("true"):
            nodes.append(Node(kind: .bool, place: 1))
        case UInt8(ascii: "f") where skip("false"):
            nodes.append(Node(kind: .bool, place: 0))
        case UInt8(ascii: "N") where skip("NaN"),
            UInt8(ascii: "I") where skip("Infinity"),
            UInt8(ascii: "-") where skip("-Infinity"):
            nodes.append(Node(kind: .float, length: UInt32(at - start), place: UInt32(start)))
        default:
            try readNumber()
        }
        return true
    }

    private mutating func readNumber() throws(Failure) {
        let start = at
        if next == UInt8(ascii: "-") { at += 1 }
        let digits = at
        if next == UInt8(ascii: "0") { at += 1 } else { skipDigits() }
        guard at > digits else { throw .syntax(.expectedValue, at: start) }
        let integerEnd = at

        // A point or an exponent without digits is not part of the number; it is refused later.
        if next == UInt8(ascii: ".") {
            at += 1
            if skipDigits() == 0 { at = integerEnd }
        }
        let mantissaEnd = at
        if next | 0x20 == UInt8(ascii: "e") {
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            if skipDigits() == 0 { at = mantissaEnd }
        }

        let kind: Node.Kind = at == integerEnd ? .integer : .float
        // Python's own limit (sys.int_info.default_max_str_digits).
        if kind == .integer, at - digits > 4300 { throw .integerTooLong }
        nodes.append(Node(kind: kind, length: UInt32(at - start), place: UInt32(start)))
    }

    // MARK: - Containers

    /// Reads up to the first value in a container. Returns whether the container is empty and so complete.
    private mutating func openContainer(_ kind: Node.Kind) throws(Failure) -> Bool {
        guard depth < maximumDepth else { throw .tooDeep }
        at += 1
        skipWhiteSpace()
        if next == (kind == .array ? UInt8(ascii: "]") : UInt8(ascii: "}")) {
            at += 1
            nodes.append(Node(kind: kind, place: 1))
            return true
        }
        nodes.append(Node(kind: kind, place: UInt32(open + 1)))
        open = nodes.count - 1
        depth += 1
        if kind == .object { try readKey() }
        return false
    }

    /// After a complete value: closes the containers that end here. Returns whether another value follows.
    private mutating func moreFollows() throws(Failure) -> Bool {
        while true {
            skipWhiteSpace()
            guard open >= 0 else { return false }
            let isObject = nodes[open].kind == .object
            switch next {
            case UInt8(ascii: ","):
                at += 1
                skipWhiteSpace()
                if isObject { try readKey() }
                return true
            case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject:
                at += 1
                closeContainer()
            default:
                throw .syntax(.expectedComma, at: at)
            }
        }
    }

    private mutating func closeContainer() {
        let container = open
        open = Int(nodes[container].place) - 1
        depth -= 1
        nodes[container].place = UInt32(nodes.count - container)
        if nodes[container].kind == .object { replaceDuplicates(inObjectAt: container) }
    }

    private mutating func readKey() throws(Failure) {
        guard next == UInt8(ascii: "\"") else { throw .syntax(.expectedPropertyName, at: at) }
        nodes[open].length += 1
        try readString()
        skipWhiteSpace()
        guard next == UInt8(ascii: ":") else { throw .syntax(.expectedColon, at: at) }
        at += 1
        skipWhiteSpace()
    }

    // MARK: - Steps

    private mutating func skipWhiteSpace() {
        while at < text.count {
            let byte = text[at]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at &+= 1
        }
    }

    @discardableResult
    private mutating func skipDigits() -> Int {
        let start = at
        while at < text.count, text[at] &- UInt8(ascii: "0") < 10 { at &+= 1 }
        return at - start
    }

    /// Skips a word if it is here.
    private mutating func skip(_ word: StaticString) -> Bool {
        let end = at + word.utf8CodeUnitCount
        guard end <= text.count, text.extracting(at..<end).equals(word) else { return false }
        at = end
        return true
    }
}
