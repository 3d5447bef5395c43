public import Bytes

/// An answer: its status, the fields beyond those the server adds, and a body that is whole.
public struct Response: ~Copyable, Sendable {
    public var status: Status
    /// The most common field, kept apart so that it costs nothing.
    public var contentType: StaticString?
    public var body: Content
    /// Whether the connection ends with it.
    public var closesConnection = false
    /// What few answers have, apart so that the others carry no more than an empty reference.
    var extras: Extras?
    /// Further field lines, as they go over the wire.
    var fields = ByteBuffer()

    /// What an answer carries.
    public enum Content: ~Copyable, Sendable {
        case none
        case bytes(ByteBuffer)
        /// Part of what is kept, sent from where it stands.
        case stored(StoredContent, Range<Int>)

        /// How many bytes that is.
        public var count: Int {
            switch self {
            case .none: 0
            case .bytes(let buffer): buffer.count
            case .stored(_, let range): range.count
            }
        }

        /// How many bytes are there for this answer alone.
        var ownCount: Int {
            switch self {
            case .bytes(let buffer): buffer.count
            case .stored(.made(let content), _): content.weight
            default: 0
            }
        }
    }

    public init(_ status: Status, contentType: StaticString? = nil, _ body: consuming Content = .none) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// An answer of JSON that has been written already.
    public static func json(_ status: Status = .ok, _ body: consuming ByteBuffer) -> Response {
        Response(status, contentType: "application/json", .bytes(body))
    }

    /// An answer of plain text.
    public static func text(_ status: Status, _ text: String) -> Response {
        Response(status, contentType: "text/plain; charset=utf-8", .bytes(ByteBuffer(text)))
    }

    /// An answer of bytes that are kept.
    public static func shared(_ status: Status = .ok, contentType: StaticString, _ bytes: SharedBytes) -> Response {
        Response(status, contentType: contentType, .stored(.bytes(bytes), 0..<bytes.count))
    }

    /// Makes room for fields of so many bytes at once.
    public mutating func reserveFields(_ count: Int) { fields.reserveExtra(count) }

    /// Adds a field; its name in lower case. Control bytes in the value, which could forge another field, become spaces.
    public mutating func add(_ name: StaticString, _ value: Span<UInt8>) {
        fields.append(name)
        fields.append(": ")
        for i in 0..<value.count {
            let byte = value[i]
            fields.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: " ") : byte)
        }
        fields.append("\r\n" as StaticString)
    }

    /// Adds a field whose name is known only at run time.
    public mutating func add(name: Span<UInt8>, _ value: String) {
        for i in name.indices { fields.append(name[i]) }
        let value = ByteBuffer(value)
        add("", value.bytes)
    }

    public mutating func add(_ name: StaticString, decimal value: Int) {
        fields.append(name)
        fields.append(": ")
        fields.append(decimal: value)
        fields.append("\r\n" as StaticString)
    }

    public mutating func add(_ name: StaticString, _ value: String) {
        let bytes = ByteBuffer(value)
        add(name, bytes.bytes)
    }
}
