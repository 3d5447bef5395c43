import Glibc
import Synchronization

/// A value protected by a mutex, with a condition that threads can wait on.
///
/// This is the only lock and the only condition of the project. It wraps the POSIX mutex and condition because
/// ThreadSanitizer understands them. The standard library's `Mutex` causes false race reports and has no condition.
@safe
public final class Locked<Value: ~Copyable>: @unchecked Sendable {
    // The mutex and the condition must not move, so both are on the heap. `value` is accessed only while the mutex is
    // held, which makes the class safe to share.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    /// Counts calls of `update`, for waits that spin.
    private let updates = Atomic<UInt>(0)
    private var value: Value

    public init(_ value: consuming Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition = .allocate(capacity: 1)
        unsafe condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        // With the monotonic clock, a change of the wall clock cannot lengthen a wait.
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        let results = unsafe (pthread_mutex_init(mutex, nil), pthread_cond_init(condition, &attributes))
        unsafe pthread_condattr_destroy(&attributes)
        precondition(results == (0, 0))
        self.value = value
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe condition.deallocate()
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Calls `body` with exclusive access to the value. Does not wake threads that wait on the value.
    @inline(__always)
    public func withLock<Result: ~Copyable, E: Error>(
        _ body: (inout Value) throws(E) -> Result
    ) throws(E) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Calls `body` with exclusive access to the value, then wakes every thread that waits on the value.
    public func update<Result: ~Copyable, E: Error>(
        _ body: (inout Value) throws(E) -> Result
    ) throws(E) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            updates.add(1, ordering: .relaxed)
            unsafe pthread_cond_broadcast(condition)
            unsafe pthread_mutex_unlock(mutex)
        }
        return try body(&value)
    }

    /// Calls `check` with exclusive access to the value, again after each `update`, until it returns `.done`.
    ///
    /// With `spins` it polls for an update for about ten microseconds before it sleeps. Use this for steps that follow
    /// each other faster than the system wakes a thread.
    public func wait<Result>(spinning spins: Bool = false, _ check: (inout Value) -> Wait<Result>) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            switch check(&value) {
            case .done(let result): return result
            case .again:
                if spins { spin() } else { unsafe pthread_cond_wait(condition, mutex) }
            case .againWithin(let nanoseconds):
                sleep(atMost: nanoseconds)
            }
        }
    }

    /// Releases the lock until the next update, then acquires it again.
    private func spin() {
        let seen = updates.load(ordering: .relaxed)
        unsafe pthread_mutex_unlock(mutex)
        var left = Self.spins
        while left > 0, updates.load(ordering: .relaxed) == seen { left &-= 1 }
        unsafe pthread_mutex_lock(mutex)
        // An update holds the lock, so none is missed between this check and the sleep.
        if updates.load(ordering: .relaxed) == seen { unsafe pthread_cond_wait(condition, mutex) }
    }

    private func sleep(atMost nanoseconds: Int64) {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let end = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) + min(max(0, nanoseconds), Self.longestSleep)
        time = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
        unsafe pthread_cond_timedwait(condition, mutex, &time)
    }

    private static var spins: Int { 50_000 }
    /// The longest single sleep, in nanoseconds. A longer wait checks the value once an hour.
    private static var longestSleep: Int64 { 3_600_000_000_000 }
}

/// The decision of a thread that waits on a `Locked` value, after checking the value.
public enum Wait<Result> {
    case done(Result)
    /// Check again after the next update.
    case again
    /// Check again after the next update, or after this time, whichever is first.
    case againWithin(nanoseconds: Int64)
}
