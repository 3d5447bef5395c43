import Glibc
import Synchronization
public import System

/// Something with a descriptor that an event loop looks after.
public protocol EventHandler: AnyObject {
    /// The descriptor is ready for something. Runs on the loop's thread.
    func ready(_ readiness: Readiness)

    /// The deadline last given to the loop has passed.
    func expired()
}

/// What a descriptor is ready for, or what a handler wants to hear of.
public struct Readiness: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = Readiness(rawValue: Epoll.Events.readable.rawValue)
    public static let writable = Readiness(rawValue: Epoll.Events.writable.rawValue)
    /// The peer sends no more; it may still listen.
    public static let peerClosed = Readiness(rawValue: Epoll.Events.peerClosed.rawValue)
    /// An error is pending, or both directions are closed.
    public static let broken = Readiness(rawValue: Epoll.Events([.failed, .hungUp]).rawValue)
    /// Several loops share the descriptor, and one of them is enough.
    public static let exclusive = Readiness(rawValue: Epoll.Events.exclusive.rawValue)
}

/// A handler's place in its loop. Places are used again; the generation tells an old tenant's events from a new one's.
public struct Registration: Equatable, Sendable {
    let slot: UInt32
    let generation: UInt32

    @inline(__always) var token: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    @inline(__always)
    init(token: UInt64) {
        slot = UInt32(truncatingIfNeeded: token)
        generation = UInt32(truncatingIfNeeded: token >> 32)
    }

    init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    /// A place that no handler ever has.
    public static let none = Registration(slot: .max, generation: .max)
}

/// One thread's event loop: level-triggered epoll, one heap of deadlines, and an inbox for other threads.
///
/// A loop belongs to the thread that runs it. All calls but `submit` and `stop` are made on that thread. Jobs of the inbox
/// run in the order of their submission.
public final class EventLoop: @unchecked Sendable {
    // Unchecked: everything below is touched by the loop's own thread only, but for `inbox` (a lock) and `wakeUp` (an
    // eventfd, which any thread may write).
    private var epoll: Epoll
    private let wakeUp: Descriptor
    private let inbox = Locked(Inbox())
    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []
    private(set) var timers = Timers()
    private var stopping = false

    /// The thread that runs the loop, as `Thread.current` knows it; 0 before.
    private let thread = Atomic<UInt>(0)

    /// Whether the caller is the loop itself.
    public var isOnThread: Bool { thread.load(ordering: .relaxed) == Thread.current }

    /// Nanoseconds on the forward clock, read once a wake-up.
    public private(set) var now: Int64

    /// Runs after each round of events, before the loop waits again.
    public var afterRound: (() -> Void)?

    private struct Slot {
        var handler: (any EventHandler)?
        var generation: UInt32
        var number: CInt
        /// When the handler wants to be called; `Int64.max`: never.
        var deadline: Int64
        /// The earliest time the heap holds for this tenant.
        var queued: Int64
    }

    private struct Inbox: ~Copyable {
        var jobs: [@Sendable () -> Void] = []
        var signalled = false
        var isOver = false
    }

    /// The token of the wake-up descriptor; no slot is ever that high.
    private static let wakeUpToken = Registration.none.token

    public init() throws(Errno) {
        epoll = try Epoll()
        wakeUp = try EventCall.create()
        now = SystemClock.monotonicNanoseconds
        try epoll.add(wakeUp.number, .readable, token: EventLoop.wakeUpToken)
    }

    // MARK: From any thread

    /// Has the loop run `job` soon, on its thread.
    public func submit(_ job: @escaping @Sendable () -> Void) {
        let mustSignal = inbox.withLock { inbox in
            // A loop that has ended would keep the job, and all it holds, for ever.
            if inbox.isOver { return false }
            inbox.jobs.append(job)
            defer { inbox.signalled = true }
            return !inbox.signalled
        }
        if mustSignal { EventCall.signal(wakeUp) }
    }

    /// Ends `run` after the round at hand.
    public func stop() {
        submit { [self] in stopping = true }
    }

    // MARK: On the loop's thread

    /// Looks after `descriptor` on behalf of `handler` until `deregister`.
    public func register(
        _ descriptor: borrowing Descriptor, for interest: Readiness, _ handler: any EventHandler
    ) throws(Errno) -> Registration {
        let place = freePlace()
        let slot = place.slot
        let number = descriptor.number
        do {
            try epoll.add(number, Epoll.Events(rawValue: interest.rawValue), token: place.token)
        } catch {
            freeSlots.append(slot)
            throw error
        }
        slots[Int(slot)].handler = handler
        slots[Int(slot)].number = number
        return place
    }

    /// A place without a descriptor, for a handler that only waits for a deadline.
    public func reserve(_ handler: any EventHandler) -> Registration {
        let place = freePlace()
        slots[Int(place.slot)].handler = handler
        return place
    }

    private func freePlace() -> Registration {
        let slot = freeSlots.popLast() ?? UInt32(slots.count)
        if slot == slots.count {
            slots.append(Slot(handler: nil, generation: 0, number: -1, deadline: .max, queued: .max))
        }
        return Registration(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Changes what the handler hears of.
    public func modify(_ place: Registration, for interest: Readiness) {
        guard isCurrent(place) else { return }
        // Fails only without memory in the kernel; then the deadline still ends the connection.
        try? epoll.modify(
            slots[Int(place.slot)].number, Epoll.Events(rawValue: interest.rawValue), token: place.token)
    }

    /// Forgets the handler. Events of it that are already on the way are dropped.
    public func deregister(_ place: Registration) {
        guard isCurrent(place) else { return }
        let slot = Int(place.slot)
        if slots[slot].number >= 0 { epoll.remove(slots[slot].number) }
        slots[slot].number = -1
        slots[slot].handler = nil
        slots[slot].generation &+= 1
        slots[slot].deadline = .max
        slots[slot].queued = .max
        freeSlots.append(place.slot)
    }

    /// Sets when the handler's `expired` is called (nanoseconds on the forward clock), in place of what was set before.
    @inline(__always)
    public func setDeadline(_ place: Registration, _ time: Int64) {
        let slot = Int(place.slot)
        guard isCurrent(place) else { return }
        slots[slot].deadline = time
        if time < slots[slot].queued {
            slots[slot].queued = time
            timers.insert(place.token, at: time)
            // What tenants who have left or moved their deadline forward leave behind would grow with every connection
            // until its time. Swept out only when it is the larger part, it costs a step an entry.
            if timers.count > 2 * slots.count + 64 { sweepTimers() }
        }
    }

    private func sweepTimers() {
        timers.keep { entry in
            let place = Registration(token: entry.token)
            return isCurrent(place) && slots[Int(place.slot)].queued == entry.time
        }
    }

    /// How many entries its deadlines take.
    var timerCount: Int { timers.count }

    /// The handler at a place, unless it has left.
    public func handler(at place: Registration) -> (any EventHandler)? {
        isCurrent(place) ? slots[Int(place.slot)].handler : nil
    }

    /// Everybody present, to be told of a stop.
    public var handlers: [any EventHandler] { slots.compactMap(\.handler) }

    @inline(__always)
    private func isCurrent(_ place: Registration) -> Bool {
        Int(place.slot) < slots.count && slots[Int(place.slot)].generation == place.generation
    }

    /// Serves events, deadlines and jobs until `stop`.
    public func run() {
        Signals.holdBrokenPipe()
        thread.store(Thread.current, ordering: .relaxed)
        while !stopping {
            let count = epoll.wait(milliseconds: patience())
            now = SystemClock.monotonicNanoseconds
            var woken = false
            for index in 0..<count {
                let (token, events) = epoll.event(at: index)
                if token == EventLoop.wakeUpToken {
                    woken = true
                    continue
                }
                let place = Registration(token: token)
                guard isCurrent(place), let handler = slots[Int(place.slot)].handler else { continue }
                handler.ready(Readiness(rawValue: events.rawValue))
            }
            if woken { runJobs() }
            if let next = timers.next, next <= now { runTimers() }
            afterRound?()
        }
        let undone = inbox.withLock { inbox in
            inbox.isOver = true
            var jobs: [@Sendable () -> Void] = []
            swap(&jobs, &inbox.jobs)
            return jobs
        }
        // Let go outside of the lock: what they hold may itself submit when it goes.
        _ = consume undone
    }

    private func patience() -> CInt {
        guard let next = timers.next else { return -1 }
        // Rounded up: waking a moment early would only mean waiting again.
        let milliseconds = (next - SystemClock.monotonicNanoseconds + 999_999) / 1_000_000
        return CInt(clamping: max(0, milliseconds))
    }

    private func runJobs() {
        EventCall.drain(wakeUp)
        let jobs = inbox.withLock { inbox in
            inbox.signalled = false
            var jobs: [@Sendable () -> Void] = []
            swap(&jobs, &inbox.jobs)
            return jobs
        }
        for job in jobs { job() }
    }

    private func runTimers() {
        while let entry = timers.popDue(at: now) {
            let place = Registration(token: entry.token)
            let slot = Int(place.slot)
            // An entry that is not the tenant's earliest has been overtaken by another one.
            guard isCurrent(place), slots[slot].queued == entry.time else { continue }
            slots[slot].queued = .max
            let deadline = slots[slot].deadline
            if deadline <= now {
                slots[slot].deadline = .max
                slots[slot].handler?.expired()
            } else if deadline != .max {
                slots[slot].queued = deadline
                timers.insert(entry.token, at: deadline)
            }
        }
    }
}
