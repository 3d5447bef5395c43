import Glibc

/// A mutex around a value, with threads that wait for the value to become what they want.
///
/// It wraps the POSIX pair, for the reason that `Locked` does.
@safe
public final class Monitor<Value: ~Copyable>: @unchecked Sendable {
    // Neither may move, so both live on the heap. `value` is touched only while the mutex is held, which is what makes the
    // class safe to share.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    public init(_ value: consuming Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition = .allocate(capacity: 1)
        unsafe condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        // A change of the wall clock must not lengthen a wait.
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

    /// Runs `body` with the value, alone, and has all that wait look at it again.
    public func change<Result: ~Copyable, E: Error>(
        _ body: (inout Value) throws(E) -> Result
    ) throws(E) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(condition)
            unsafe pthread_mutex_unlock(mutex)
        }
        return try body(&value)
    }

    /// Looks at the value, alone, until a look comes to a result.
    public func wait<Result>(_ look: (inout Value) -> Look<Result>) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            switch look(&value) {
            case .result(let result): return result
            case .again: unsafe pthread_cond_wait(condition, mutex)
            case .againWithin(let nanoseconds):
                let end = SystemClock.monotonicNanoseconds + min(max(0, nanoseconds), 3_600_000_000_000)
                var time = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
                unsafe pthread_cond_timedwait(condition, mutex, &time)
            }
        }
    }
}

/// What a look at a value that threads wait for comes to.
public enum Look<Result> {
    case result(Result)
    /// Not yet: look again after the next change.
    case again
    /// Not yet: look again after the next change, and after this time at the latest.
    case againWithin(nanoseconds: Int64)
}
