package import Bytes
public import Time

/// A whole request: the head's bytes, where everything stands in them, and the body.
///
/// It owns its bytes, so it can go to another thread. On the loop's own thread it only borrows the loop's buffer for the
/// length of a handler's call: the buffer moves in and out, and nothing is copied.
public struct Request: ~Copyable, Sendable {
    public internal(set) var head: RequestHead
    /// What the head's slices refer to, counted from `base`.
    var storage: ByteBuffer
    var base: Int
    public package(set) var body: Body
    /// The path's parameters, in the order of the route's pattern; slices of `routedPath`.
    var parameters: [Slice] = []
    /// The path after percent-decoding, if that changed anything.
    var decodedPath = ByteBuffer()
    var isPathDecoded = false
    // Small, so that a request stays within what is moved in a few steps.
    /// The length of the head, where `storage` is lent by a loop and holds other bytes too; 0 where it is the request's own.
    var lentLength: UInt32 = 0
    /// Which of the server's routers answers, and the index of the route there; -1 without a route.
    var router: UInt16 = 0
    var route: Int16 = -1
    /// The index of the path in the router; -1 if it is not known there.
    var pathIndex: Int16 = -1
    /// The server's address that it was received on, where it names no host.
    var reached = ByteBuffer()
    /// When its first byte came.
    public internal(set) var arrival = Ticks(nanoseconds: 0)
    /// A number for the logs, different for every request of the process.
    public internal(set) var number: UInt64 = 0

    package init(
        head: consuming RequestHead, storage: consuming ByteBuffer, base: Int, body: consuming Body = Body()
    ) {
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

    /// Calls `body` with each field, in the order in which they were sent.
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

    /// Where the service notes what it knows of the exchange, if a layer wants exchanges.
    public internal(set) var notes: ExchangeNotes? {
        get { body.notes }
        set { body.notes = newValue }
    }

    /// Notes what the service knows of the exchange: its caller, its task, what went wrong. Costs a branch where no layer
    /// wants exchanges.
    @inline(__always)
    public borrowing func note(_ change: (inout ExchangeNotes.Values) -> Void) { notes?.note(change) }

    /// Takes the body out, to be handed on without a copy.
    public mutating func takeBody() -> Body {
        var taken = Body()
        swap(&taken, &body)
        body.notes = taken.notes
        return taken
    }
}
