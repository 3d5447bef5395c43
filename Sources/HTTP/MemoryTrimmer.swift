import Net
import System
import Time

/// Returns the memory of large bodies to the system when none has been received for a while.
///
/// `malloc` keeps what is freed for the next use, which is right while bodies come and too much when no more do.
final class MemoryTrimmer: EventHandler {
    // The loop holds its handlers.
    private unowned let events: EventLoop
    private var registration: Registration?

    private static let largeBody = 1 << 20
    private static let pause = Interval.seconds(1)

    init(_ events: EventLoop) { self.events = events }

    /// Restarts the wait if the body is a large one.
    func bodyReceived(_ count: Int) {
        if count < Self.largeBody { return }
        let registration = registration ?? events.reserve(self)
        self.registration = registration
        events.setDeadline(registration, events.now + Self.pause)
    }

    func ready(_ readiness: Readiness) {}

    func expired() { Machine.giveBackMemory() }
}
