import Glibc

/// A mutex around the value it protects.
///
/// It wraps a pthread mutex because ThreadSanitizer understands that one; the standard library's `Mutex` gives reports
/// of races that are not there.
@safe
public final class Locked<Value: ~Copyable>: @unchecked Sendable {
    // The mutex must not move, so it lives on the heap. `value` is touched only while it is held, which is what makes
    // the class safe to share.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    public init(_ value: consuming Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        let result = unsafe pthread_mutex_init(mutex, nil)
        precondition(result == 0)
        self.value = value
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the value, alone.
    public func withLock<Result: ~Copyable, E: Error>(
        _ body: (inout Value) throws(E) -> Result
    ) throws(E) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
