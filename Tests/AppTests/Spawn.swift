import Glibc

/// A thread running a closure.
struct Spawned: Sendable {
    private let thread: pthread_t

    init(_ thread: pthread_t) { self.thread = thread }

    func signal(_ number: Int32) {
        _ = pthread_kill(thread, number)
    }

    func join() {
        _ = pthread_join(thread, nil)
    }
}

/// Runs `body` on its own thread, so that tests of blocking calls do not delay other tests.
func spawn(_ body: @escaping @Sendable () -> Void) -> Spawned {
    final class Box { let body: () -> Void; init(_ body: @escaping () -> Void) { self.body = body } }
    var thread = pthread_t()
    // Ownership of the box passes to the thread, which releases it.
    let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
    let code = unsafe pthread_create(
        &thread, nil,
        { box in
            unsafe Unmanaged<Box>.fromOpaque(box.unsafelyUnwrapped).takeRetainedValue().body()
            return nil
        }, box)
    precondition(code == 0)
    return Spawned(thread)
}
