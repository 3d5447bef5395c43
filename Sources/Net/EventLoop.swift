import Glibc
import Synchronization
public import System
public import Time

/// Something that an event loop calls when its descriptor is ready or its deadline has passed.
public protocol EventHandler: AnyObject {
    /// The descriptor is ready for something. Runs on the loop's thread.
    func ready(_ readiness: Readiness)

    /// The deadline last given to the loop has passed.
    func expired()
}

/// What a descriptor is ready for, or what a handler is to be called for.
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

/// Identifies a handler of a loop. Slots are used again; the generation distinguishes the events of an earlier handler from those
/// of the present one.
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

    /// A registration that no handler ever has.
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
    /// The deadlines, by tokens of registrations. A deadline that is moved later leaves its entry here: when the entry is due, the
    /// registration's deadline is looked at again. Every request of a kept connection moves its deadline, and most are never due.
    private(set) var timers = DueQueue<Ticks, UInt64>()
    private var stopping = false

    /// The thread that runs the loop, as `Thread.current` knows it; 0 before.
    private let thread = Atomic<UInt>(0)

    /// Whether the caller is the loop itself.
    public var isOnThread: Bool { thread.load(ordering: .relaxed) == Thread.current }

    /// The present moment, read once a wake-up.
    public private(set) var now: Ticks

    /// Runs after each round of events, before the loop waits again.
    public var afterRound: (() -> Void)?

    private struct Slot {
        var handler: (any EventHandler)?
        var generation: UInt32
        var number: CInt
        /// When the handler wants to be called.
        var deadline: Ticks
        /// The earliest moment that `timers` holds for this handler.
        var queued: Ticks
    }

    private struct Inbox: ~Copyable {
        var jobs: [@Sendable () -> Void] = []
        var signalled = false
        var hasEnded = false
    }

    /// The token of the wake-up descriptor; no slot is ever that high.
    private static let wakeUpToken = Registration.none.token

    public init() throws(Errno) {
        epoll = try Epoll()
        wakeUp = try EventCall.create()
        now = Ticks.now
        try epoll.add(wakeUp.number, .readable, token: EventLoop.wakeUpToken)
    }

    // MARK: From any thread

    /// Has the loop run `job` soon, on its thread.
    public func submit(_ job: @escaping @Sendable () -> Void) {
        let mustSignal = inbox.withLock { inbox in
            // A loop that has ended would keep the job for ever.
            if inbox.hasEnded { return false }
            inbox.jobs.append(job)
            defer { inbox.signalled = true }
            return !inbox.signalled
        }
        if mustSignal { EventCall.signal(wakeUp) }
    }

    /// Ends `run` after the current round.
    public func stop() {
        submit { [self] in stopping = true }
    }

    // MARK: On the loop's thread

    /// Calls `handler` when `descriptor` is ready, until `deregister`.
    public func register(
        _ descriptor: borrowing Descriptor, for interest: Readiness, _ handler: any EventHandler
    ) throws(Errno) -> Registration {
        let registration = freeRegistration()
        let slot = registration.slot
        let number = descriptor.number
        do {
            try epoll.add(number, Epoll.Events(rawValue: interest.rawValue), token: registration.token)
        } catch {
            freeSlots.append(slot)
            throw error
        }
        slots[Int(slot)].handler = handler
        slots[Int(slot)].number = number
        return registration
    }

    /// Registers a handler without a descriptor, which only waits for a deadline.
    public func reserve(_ handler: any EventHandler) -> Registration {
        let registration = freeRegistration()
        slots[Int(registration.slot)].handler = handler
        return registration
    }

    private func freeRegistration() -> Registration {
        let slot = freeSlots.popLast() ?? UInt32(slots.count)
        if slot == slots.count {
            slots.append(Slot(handler: nil, generation: 0, number: -1, deadline: .never, queued: .never))
        }
        return Registration(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Changes the readiness that the handler is called for.
    public func modify(_ registration: Registration, for interest: Readiness) {
        guard isCurrent(registration) else { return }
        // Fails only without memory in the kernel; then the deadline still ends the connection.
        try? epoll.modify(
            slots[Int(registration.slot)].number, Epoll.Events(rawValue: interest.rawValue), token: registration.token)
    }

    /// Removes the handler. Its pending events are dropped.
    public func deregister(_ registration: Registration) {
        guard isCurrent(registration) else { return }
        let slot = Int(registration.slot)
        if slots[slot].number >= 0 { epoll.remove(slots[slot].number) }
        slots[slot].number = -1
        slots[slot].handler = nil
        slots[slot].generation &+= 1
        slots[slot].deadline = .never
        slots[slot].queued = .never
        freeSlots.append(registration.slot)
    }

    /// Sets when the handler's `expired` is called; replaces an earlier deadline.
    @inline(__always)
    public func setDeadline(_ registration: Registration, _ time: Ticks) {
        let slot = Int(registration.slot)
        guard isCurrent(registration) else { return }
        slots[slot].deadline = time
        if time < slots[slot].queued {
            slots[slot].queued = time
            timers.insert(registration.token, at: time)
            // Entries of deregistered handlers and of deadlines moved forward stay until they are due. They are removed when
            // they are the larger part, which costs a step an entry.
            if timers.count > 2 * slots.count + 64 { sweepTimers() }
        }
    }

    private func sweepTimers() {
        _ = timers.removeAll { entry in
            let registration = Registration(token: entry.element)
            return !isCurrent(registration) || slots[Int(registration.slot)].queued != entry.due
        }
    }

    /// The number of entries in `timers`.
    var timerCount: Int { timers.count }

    /// The handler of a registration, unless it has been deregistered.
    public func handler(at registration: Registration) -> (any EventHandler)? {
        isCurrent(registration) ? slots[Int(registration.slot)].handler : nil
    }

    /// All registered handlers.
    public var handlers: [any EventHandler] { slots.compactMap(\.handler) }

    @inline(__always)
    private func isCurrent(_ registration: Registration) -> Bool {
        Int(registration.slot) < slots.count && slots[Int(registration.slot)].generation == registration.generation
    }

    /// Serves events, deadlines and jobs until `stop`.
    public func run() {
        Signals.holdBrokenPipe()
        thread.store(Thread.current, ordering: .relaxed)
        while !stopping {
            let count = epoll.wait(milliseconds: waitTime())
            now = Ticks.now
            var woken = false
            for index in 0..<count {
                let (token, events) = epoll.event(at: index)
                if token == EventLoop.wakeUpToken {
                    woken = true
                    continue
                }
                let registration = Registration(token: token)
                guard isCurrent(registration), let handler = slots[Int(registration.slot)].handler else { continue }
                handler.ready(Readiness(rawValue: events.rawValue))
            }
            if woken { runJobs() }
            if let next = timers.next, next <= now { runTimers() }
            afterRound?()
        }
        let undone = inbox.withLock { inbox in
            inbox.hasEnded = true
            var jobs: [@Sendable () -> Void] = []
            swap(&jobs, &inbox.jobs)
            return jobs
        }
        // Released outside of the lock: the jobs may hold objects that submit when they are released.
        _ = consume undone
    }

    private func waitTime() -> CInt {
        guard let next = timers.next else { return -1 }
        // Rounded up: waking a moment early would only mean waiting again.
        return CInt(clamping: max(0, (next - Ticks.now).millisecondsRoundedUp))
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
        while let entry = timers.removeDue(at: now) {
            let registration = Registration(token: entry.element)
            let slot = Int(registration.slot)
            // An entry that is not the handler's earliest is outdated.
            guard isCurrent(registration), slots[slot].queued == entry.due else { continue }
            slots[slot].queued = .never
            let deadline = slots[slot].deadline
            if deadline <= now {
                slots[slot].deadline = .never
                slots[slot].handler?.expired()
            } else if deadline != .never {
                slots[slot].queued = deadline
                timers.insert(entry.element, at: deadline)
            }
        }
    }
}
