internal import Glibc

/// A crew of threads that wait for work together; the caller of `run` is one of them.
///
/// While the crew works for one caller, another that calls `run` does its whole work alone: nobody waits for hands.
public final class Threads: Workers {
    public let count: Int
    private let crew = Crew()
    /// Held by the caller the crew works for.
    private let turn = Gate()

    /// A crew of `count` hands, the caller included; of fewer when the system gives no more threads.
    public init(count: Int) {
        precondition(count > 0)
        var started = 1
        while started < count, crew.start(started) { started += 1 }
        self.count = started
    }

    deinit {
        crew.stop()
    }

    public func run(_ body: @Sendable (Int) -> Void) {
        guard count > 1, turn.tryLock() else {
            for number in 0..<count { body(number) }
            return
        }
        crew.run(body)
        turn.unlock()
    }
}

/// What the threads share: the body of the present round and how many still work on it.
private final class Crew: @unchecked Sendable {
    // All state changes under the gate.
    private let gate = Gate()
    private var body: (@Sendable (Int) -> Void)?
    private var round = 0
    private var busy = 0
    private var stopped = false
    private var threads: [pthread_t] = []

    /// Starts the thread with this number, if the system lets it.
    func start(_ number: Int) -> Bool {
        var thread = pthread_t()
        let seat = unsafe Unmanaged.passRetained(Seat(crew: self, number: number))
        // The thread takes over the seat; without a thread it is given back.
        let failure = unsafe pthread_create(&thread, nil, { unsafe sit($0) }, seat.toOpaque())
        if failure == 0 { threads.append(thread) } else { unsafe seat.release() }
        return failure == 0
    }

    func stop() {
        gate.lock()
        stopped = true
        gate.wakeAll()
        gate.unlock()
        for thread in threads { pthread_join(thread, nil) }
    }

    func run(_ body: @Sendable (Int) -> Void) {
        // The body does not outlive this call: it returns when the last thread that has it is through.
        withoutActuallyEscaping(body) { body in
            gate.lock()
            self.body = body
            round += 1
            busy = threads.count
            gate.wakeAll()
            gate.unlock()
            body(0)
            gate.lock()
            while busy > 0 { gate.wait() }
            self.body = nil
            gate.unlock()
        }
    }

    /// The life of a thread: a round's body, once each round, until the crew is dismissed.
    func work(as number: Int) {
        var seen = 0
        gate.lock()
        while !stopped {
            if round == seen {
                gate.wait()
                continue
            }
            seen = round
            performAndUnlock(number)
            gate.lock()
            busy -= 1
            if busy == 0 { gate.wakeAll() }
        }
        gate.unlock()
    }

    /// Calls the body and lets go of it before it returns, so that no thread holds it when `run` returns.
    private func performAndUnlock(_ number: Int) {
        let body = body
        gate.unlock()
        body?(number)
    }
}

/// A thread's place in its crew.
private final class Seat {
    let crew: Crew
    let number: Int

    init(crew: Crew, number: Int) {
        self.crew = crew
        self.number = number
    }
}

private func sit(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    // The pointer is the seat that `start` retained for this thread alone.
    let seat = unsafe Unmanaged<Seat>.fromOpaque(context.unsafelyUnwrapped).takeRetainedValue()
    seat.crew.work(as: seat.number)
    return nil
}
