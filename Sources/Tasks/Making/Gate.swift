internal import Glibc
internal import Synchronization

/// A mutex with a condition: the one lock of those who share a computation.
///
/// It wraps the POSIX pair instead of `Mutex`, which has no condition to wait for.
@safe final class Gate: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    /// Counts calls of `wakeAll`.
    private let calls = Atomic<Int>(0)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        // Both live at fixed addresses from here to `deinit`, as POSIX asks.
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func lock() { unsafe pthread_mutex_lock(mutex) }
    func unlock() { unsafe pthread_mutex_unlock(mutex) }
    func tryLock() -> Bool { unsafe pthread_mutex_trylock(mutex) == 0 }

    /// Lets go of the lock until `wakeAll` is called, and takes it again.
    ///
    /// It watches for a moment before it sleeps: steps of a computation follow each other faster than the system wakes a
    /// thread.
    func wait() {
        let seen = calls.load(ordering: .relaxed)
        unlock()
        var patience = Gate.patience
        while patience > 0, calls.load(ordering: .relaxed) == seen { patience &-= 1 }
        lock()
        // Whoever calls holds the lock, so between this look and the sleep no call is missed.
        if calls.load(ordering: .relaxed) == seen { unsafe pthread_cond_wait(condition, mutex) }
    }

    /// Wakes all who wait; the lock must be held.
    func wakeAll() {
        calls.add(1, ordering: .relaxed)
        unsafe pthread_cond_broadcast(condition)
    }

    /// How often a wait looks before it sleeps: some ten microseconds.
    private static let patience = 50_000
}
