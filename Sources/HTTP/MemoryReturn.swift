import Net
import System

/// Has the memory that large bodies leave behind go back to the system, once none has come for a while.
///
/// `malloc` keeps what is freed for the next use, which is right while bodies come and too much when no more do.
final class MemoryReturn: EventHandler {
    // The loop holds its handlers.
    private unowned let events: EventLoop
    private var place: Registration?

    private static let largeBody = 1 << 20
    private static let pause: Int64 = 1_000_000_000

    init(_ events: EventLoop) { self.events = events }

    /// A body of so many bytes has been received.
    func bodyCame(_ count: Int) {
        if count < Self.largeBody { return }
        let place = place ?? events.reserve(self)
        self.place = place
        events.setDeadline(place, events.now + Self.pause)
    }

    func ready(_ readiness: Readiness) {}

    func expired() { Machine.giveBackMemory() }
}
