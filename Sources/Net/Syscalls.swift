public import Bytes
import CShims
import Glibc
public import System

// Every call into the kernel goes through this file. A call that a signal interrupts is repeated; "would block" is a
// value, not an error; a descriptor that is not ours to use is our own bug and traps.

/// System calls as Swift functions. The corresponding C function has the same name.
enum Syscall {
    /// Repeats `call` while a signal interrupts it, and gives its result or the reason it failed.
    @inline(__always)
    static func repeating<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
        while true {
            let result = call()
            if result != -1 { return result }
            let reason = Errno.current
            if reason != .interrupted {
                precondition(reason.number != EBADF && reason.number != EFAULT, "a bad descriptor or address")
                throw reason
            }
        }
    }

    /// Closes a descriptor. On Linux the number is free again whatever the result is, so the call is not repeated.
    static func close(_ number: CInt) {
        let result = Glibc.close(number)
        precondition(result == 0 || Errno.current.number != EBADF, "a descriptor was closed twice")
    }
}

// MARK: - Reading and writing

/// What a non-blocking call moved.
public enum Transfer: Equatable, Sendable {
    case bytes(Int)
    case wouldBlock
    /// The peer sends no more.
    case end
}

extension Descriptor {
    /// Receives into the spare room of `buffer`, at most `limit` bytes. The corresponding C function is `recv`.
    @inline(__always)
    public borrowing func receive(into buffer: inout ByteBuffer, upTo limit: Int) throws(Errno) -> Transfer {
        var reason: Errno?
        let number = number
        // The kernel writes at most `count` bytes into room that is ours.
        let count = unsafe buffer.fill(upTo: limit) { room in
            while true {
                let count = unsafe Glibc.recv(number, room.baseAddress, room.count, 0)
                if count >= 0 { return count }
                let failure = Errno.current
                if failure == .interrupted { continue }
                reason = failure
                return 0
            }
        }
        if let reason {
            if reason == .wouldBlock { return .wouldBlock }
            throw reason
        }
        return count == 0 ? .end : .bytes(count)
    }

    /// Sends from `bytes`; never raises SIGPIPE. The corresponding C function is `send`.
    @inline(__always)
    public borrowing func send(_ bytes: Span<UInt8>) throws(Errno) -> Transfer {
        try send(bytes, flags: 0)
    }

    @inline(__always)
    private borrowing func send(_ bytes: Span<UInt8>, flags: Int) throws(Errno) -> Transfer {
        let number = number
        while true {
            // The kernel reads the span's own bytes.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL | flags))
            }
            if count >= 0 { return .bytes(count) }
            let failure = Errno.current
            if failure == .interrupted { continue }
            if failure == .wouldBlock { return .wouldBlock }
            throw failure
        }
    }

    /// Sends what a buffer holds.
    @inline(__always)
    public borrowing func send(_ buffer: borrowing ByteBuffer) throws(Errno) -> Transfer {
        try send(buffer.bytes)
    }

    /// Sends what a buffer holds and stored bytes behind it as one.
    public borrowing func send(
        _ buffer: borrowing ByteBuffer, _ stored: SharedBytes, _ range: Range<Int>
    ) throws(Errno) -> Transfer {
        try send(buffer.bytes, stored.bytes.extracting(range))
    }

    /// Sends two runs of bytes as one. The corresponding C function is `sendmsg`.
    public borrowing func send(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(Errno) -> Transfer {
        let number = number
        while true {
            // Both spans outlive the call; the kernel only reads them, though `iovec` cannot say so.
            let count = unsafe first.withUnsafeBytes { a in
                unsafe second.withUnsafeBytes { b in
                    unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
                        unsafe parts[0] = iovec(
                            iov_base: UnsafeMutableRawPointer(mutating: a.baseAddress), iov_len: a.count)
                        unsafe parts[1] = iovec(
                            iov_base: UnsafeMutableRawPointer(mutating: b.baseAddress), iov_len: b.count)
                        var message = unsafe msghdr()
                        unsafe message.msg_iov = parts.baseAddress
                        unsafe message.msg_iovlen = 2
                        return unsafe Glibc.sendmsg(number, &message, CInt(MSG_NOSIGNAL))
                    }
                }
            }
            if count >= 0 { return .bytes(count) }
            let failure = Errno.current
            if failure == .interrupted { continue }
            if failure == .wouldBlock { return .wouldBlock }
            throw failure
        }
    }

    /// Sends a piece of a file, which the kernel reads itself; raises SIGPIPE where that is not held off (`EventLoop.run`). The
    /// corresponding C function is `sendfile`.
    public borrowing func send(_ part: FilePart, _ range: Range<Int>) throws(Errno) -> Transfer {
        let (number, source) = (number, part.file.descriptor.number)
        var place = off_t(part.position(of: range).lowerBound)
        do throws(Errno) {
            // The kernel moves `place`, and nothing else of ours.
            let count = try Syscall.repeating { unsafe sendfile(number, source, &place, range.count) }
            if count == 0, !range.isEmpty { throw .fileTooShort }
            return .bytes(count)
        } catch {
            if error == .wouldBlock { return .wouldBlock }
            throw error
        }
    }

    /// Sends what a buffer holds and a piece of a file behind it, in the same packets.
    public borrowing func send(
        _ buffer: borrowing ByteBuffer, _ part: FilePart, _ range: Range<Int>
    ) throws(Errno) -> Transfer {
        let first = try send(buffer.bytes, flags: MSG_MORE)
        guard case .bytes(buffer.count) = first, case .bytes(let count) = try send(part, range) else { return first }
        return .bytes(buffer.count + count)
    }

    /// Tells the peer that nothing more will come. The corresponding C function is `shutdown`.
    public borrowing func shutdownSending() {
        _ = Glibc.shutdown(number, CInt(SHUT_WR))
    }
}

// MARK: - epoll and eventfd

/// The calls of the epoll family.
enum EpollCall {
    static func create() throws(Errno) -> Descriptor {
        Descriptor(owning: try Syscall.repeating { epoll_create1(CInt(EPOLL_CLOEXEC)) })
    }

    static func control(
        _ epoll: borrowing Descriptor, _ operation: CInt, _ number: CInt, events: UInt32, token: UInt64
    ) throws(Errno) {
        let epoll = epoll.number
        var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: token))
        // The kernel copies the event before it returns.
        _ = try Syscall.repeating { () -> CInt in unsafe epoll_ctl(epoll, operation, number, &event) }
    }

    static func wait(
        _ epoll: borrowing Descriptor, into events: UnsafeMutableBufferPointer<epoll_event>, milliseconds: CInt
    ) -> Int {
        // Interrupted: nothing happened yet, the loop looks at its timers and comes again.
        let count = unsafe epoll_wait(epoll.number, events.baseAddress, CInt(events.count), milliseconds)
        return count < 0 ? 0 : Int(count)
    }
}

/// The calls of the eventfd family.
enum EventCall {
    static func create() throws(Errno) -> Descriptor {
        Descriptor(owning: try Syscall.repeating { eventfd(0, CInt(EFD_NONBLOCK | EFD_CLOEXEC)) })
    }

    static func signal(_ event: borrowing Descriptor) {
        _ = eventfd_write(event.number, 1)
    }

    static func drain(_ event: borrowing Descriptor) {
        var value: eventfd_t = 0
        // The kernel fills in the eight bytes of `value`.
        _ = unsafe eventfd_read(event.number, &value)
    }
}
