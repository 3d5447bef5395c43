import CShims
import Glibc
import System

/// Readiness of many descriptors, level-triggered. The corresponding C functions are `epoll_ctl` and `epoll_wait`.
@safe
struct Epoll: ~Copyable {
    /// What to wait for, and what happened.
    struct Events: OptionSet {
        let rawValue: UInt32

        static let readable = Events(EPOLLIN)
        static let writable = Events(EPOLLOUT)
        /// The peer has shut down its sending half.
        static let peerClosed = Events(EPOLLRDHUP)
        static let failed = Events(EPOLLERR)
        static let hungUp = Events(EPOLLHUP)
        /// Wake one of the loops that share the descriptor, not all.
        static let exclusive = Events(EPOLLEXCLUSIVE)

        init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ event: EPOLL_EVENTS) { rawValue = event.rawValue }
    }

    private let descriptor: Descriptor
    private let events: UnsafeMutableBufferPointer<epoll_event>
    private var count = 0

    init(eventsAtOnce: Int = 256) throws(Errno) {
        descriptor = try EpollCall.create()
        unsafe events = .allocate(capacity: eventsAtOnce)
        unsafe events.initialize(repeating: epoll_event())
    }

    deinit { unsafe events.deallocate() }

    borrowing func add(_ number: CInt, _ interest: Events, token: UInt64) throws(Errno) {
        try EpollCall.control(descriptor, EPOLL_CTL_ADD, number, events: interest.rawValue, token: token)
    }

    borrowing func modify(_ number: CInt, _ interest: Events, token: UInt64) throws(Errno) {
        try EpollCall.control(descriptor, EPOLL_CTL_MOD, number, events: interest.rawValue, token: token)
    }

    borrowing func remove(_ number: CInt) {
        // Fails only for what is not registered, and then there is nothing to do.
        try? EpollCall.control(descriptor, EPOLL_CTL_DEL, number, events: 0, token: 0)
    }

    /// Waits for events at most `milliseconds` (-1: for ever) and returns how many there are.
    mutating func wait(milliseconds: CInt) -> Int {
        count = unsafe EpollCall.wait(descriptor, into: events, milliseconds: milliseconds)
        return count
    }

    /// The event at `index` of the last wait.
    @inline(__always)
    borrowing func event(at index: Int) -> (token: UInt64, events: Events) {
        precondition(index < count)
        let event = unsafe events[index]
        return unsafe (event.data.u64, Events(rawValue: event.events))
    }
}
