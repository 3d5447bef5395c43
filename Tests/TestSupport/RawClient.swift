import Glibc
public import Net

/// A blocking client that sends and receives what a test says, byte for byte. It uses nothing of what is tested but the
/// address.
public final class RawClient: Sendable {
    public struct Failure: Error {
        public let call: String
        public let number: CInt

        public init(call: String, number: CInt = 0) { (self.call, self.number) = (call, number) }
    }

    /// The socket's number, for options that a test wants to set.
    public let number: CInt

    /// Connects. Calls that wait give up after `seconds`.
    public init(_ address: SocketAddress, seconds: Int = 20) throws {
        let family = address.isUnix ? AF_UNIX : address.host.contains(":") ? AF_INET6 : AF_INET
        number = Glibc.socket(family, CInt(SOCK_STREAM.rawValue), 0)
        try check(number, "socket")
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try check(
                unsafe setsockopt(number, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size)), "option")
        }
        switch family {
        case AF_UNIX:
            var form = sockaddr_un()
            form.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &form.sun_path) { unsafe $0.copyBytes(from: (address.path ?? "").utf8) }
            try connect(form)
        case AF_INET6:
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = address.port.bigEndian
            unsafe inet_pton(AF_INET6, address.host, &form.sin6_addr)
            try connect(form)
        default:
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = address.port.bigEndian
            unsafe inet_pton(AF_INET, address.host, &form.sin_addr)
            try connect(form)
        }
    }

    deinit { close(number) }

    private func connect<Form>(_ form: Form) throws {
        // The C library reads one of its own forms of an address, as long as it is.
        let result = unsafe withUnsafeBytes(of: form) { bytes in
            unsafe Glibc.connect(
                number, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        try check(result, "connect")
    }

    // MARK: - Sending

    public func send(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let rest = bytes[start...]
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            try check(CInt(clamping: count), "send")
            start += count
        }
    }

    /// Sends as much as the kernel takes without waiting; says how much that was.
    public func sendSome(_ bytes: [UInt8]) throws -> Int {
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
        if count < 0, errno == EAGAIN { return 0 }
        try check(CInt(clamping: count), "send")
        return count
    }

    /// Whether the kernel takes more within this time.
    public func canSend(withinMilliseconds time: CInt) -> Bool {
        var entry = pollfd(fd: number, events: CShort(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, time) > 0
    }

    public func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Says that nothing more will be sent.
    public func shutdownSending() throws { try check(shutdown(number, CInt(SHUT_WR)), "shutdown") }

    /// Has the connection reset instead of closed when this client goes.
    public func resetAtEnd() throws {
        var option = linger(l_onoff: 1, l_linger: 0)
        try check(
            unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size)), "option")
    }

    // MARK: - Receiving

    /// Whether there is something to receive, or the end.
    public var hasInput: Bool {
        var entry = pollfd(fd: number, events: CShort(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, 0) > 0
    }

    /// What comes next, at most `limit` bytes; empty at the end.
    public func receive(upTo limit: Int = 65_536) throws -> [UInt8] {
        var count = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { room, filled in
            unsafe count = recv(number, room.baseAddress, limit, 0)
            filled = max(0, count)
        }
        try check(CInt(clamping: count), "recv")
        return bytes
    }

    /// Everything until the server ends the connection.
    public func receiveToEnd() throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let piece = try receive()
            if piece.isEmpty { return all }
            all += piece
        }
    }

    /// One whole answer. Bytes of a next one are left in the kernel, so that answers can be asked for one by one.
    public func receiveReply(isHead: Bool = false) throws -> Reply {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual(Reply.emptyLine) { head += try receiveAll(1) }
        guard var reply = Reply(head: head) else { throw Failure(call: "not an answer", number: 0) }
        if !isHead { reply.body = try receiveAll(reply.contentLength) }
        return reply
    }

    /// Exactly `count` bytes.
    public func receiveAll(_ count: Int) throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            let piece = try receive(upTo: count - all.count)
            if piece.isEmpty { throw Failure(call: "the end came early", number: 0) }
            all += piece
        }
        return all
    }
}

private func check(_ result: CInt, _ call: String) throws {
    let number = errno
    if result < 0 { throw RawClient.Failure(call: call, number: number) }
}
