import Bytes

/// A whole request: the head's bytes, where everything stands in them, and the body.
///
/// It owns its bytes, so it can go to another thread. On the loop's own thread it only borrows the loop's buffer for the
/// length of a handler's call: the buffer moves in and out, and nothing is copied.
public struct Request: ~Copyable, Sendable {
    public internal(set) var head: RequestHead
    /// What the head's slices refer to, counted from `base`.
    var storage: ByteBuffer
    var base: Int
    public internal(set) var body: Body
    /// The path's parameters, in the order of the route's pattern; slices of `routedPath`.
    var parameters: [Slice] = []
    /// The path after percent-decoding, if that changed anything.
    var decodedPath = ByteBuffer()
    var isPathDecoded = false
    /// The address it came in on, where it names no host.
    var reached = ByteBuffer()
    /// When its first byte came, in nanoseconds on the forward clock.
    public internal(set) var arrival: Int64 = 0
    /// A number for the logs, different for every request of the process.
    public internal(set) var number: UInt64 = 0

    init(head: consuming RequestHead, storage: consuming ByteBuffer, base: Int, body: consuming Body = Body()) {
        self.head = head
        self.storage = storage
        self.base = base
        self.body = body
    }

    /// The bytes of a slice of the head.
    @inline(__always)
    @_lifetime(borrow self)
    borrowing func bytes(_ slice: Slice) -> Span<UInt8> {
        storage.bytes.extracting((base &+ Int(slice.start))..<(base &+ Int(slice.start &+ slice.length)))
    }
}

// MARK: - What handlers ask

extension Request {
    public var method: Method { head.method }

    /// The method as sent, for those that have no case of their own.
    public var methodName: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { bytes(head.methodName) }
    }

    /// The target as sent: path, question mark and query.
    public var target: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { bytes(head.target) }
    }

    /// The path as sent, percent-encodings and all.
    public var path: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { bytes(head.path) }
    }

    /// What follows the question mark, as sent; empty if there is none.
    public var query: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { bytes(head.query ?? .empty) }
    }

    /// The host and port the request is for, from an absolute target or the Host field.
    public var authority: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { bytes(head.authority ?? .empty) }
    }

    /// The value of the first field of this name (written in lower case), or nothing.
    @_lifetime(borrow self)
    public borrowing func field(_ name: StaticString) -> Span<UInt8>? {
        for index in head.fields.indices where bytes(head.fields[index].name).equalsIgnoringCase(name) {
            return bytes(head.fields[index].value)
        }
        return nil
    }

    /// How many fields have this name (written in lower case).
    public borrowing func count(of name: StaticString) -> Int {
        var count = 0
        for index in head.fields.indices where bytes(head.fields[index].name).equalsIgnoringCase(name) { count += 1 }
        return count
    }

    /// Calls `body` with every field in order.
    public borrowing func forEachField(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        for index in head.fields.indices {
            body(bytes(head.fields[index].name), bytes(head.fields[index].value))
        }
    }

    /// The path's parameter at `index`, percent-decoded.
    @_lifetime(borrow self)
    public borrowing func parameter(_ index: Int) -> Span<UInt8> {
        guard index < parameters.count else { return bytes(.empty) }
        return routedPath.extracting(parameters[index].range)
    }

    /// The path that routes are compared with: percent-decoded.
    public var routedPath: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            if isPathDecoded { return decodedPath.bytes }
            return path
        }
    }

    /// Takes the body out, to be handed on without a copy.
    public mutating func takeBody() -> Body {
        var taken = Body()
        swap(&taken, &body)
        return taken
    }
}
