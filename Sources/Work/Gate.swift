internal import Glibc

/// A mutex with a condition: the one lock of those who share a computation.
///
/// It wraps the POSIX pair instead of `Mutex`, which has no condition to wait for.
@safe public final class Gate: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init() {
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

    public func lock() { unsafe pthread_mutex_lock(mutex) }
    public func unlock() { unsafe pthread_mutex_unlock(mutex) }
    public func tryLock() -> Bool { unsafe pthread_mutex_trylock(mutex) == 0 }

    /// Lets go of the lock until `wakeAll` is called, and takes it again.
    public func wait() { unsafe pthread_cond_wait(condition, mutex) }
    public func wakeAll() { unsafe pthread_cond_broadcast(condition) }
}
