import CShims
import Glibc

/// An operating system thread that its owner must join.
public struct Thread: ~Copyable, Sendable {
    private let thread: pthread_t

    /// Starts a thread that runs `body`. The corresponding C function is `pthread_create`.
    ///
    /// The default `stackBytes` is small, because threads that only wait and parse need little stack.
    public init(_ name: String, stackBytes: Int = 512 << 10, _ body: @escaping @Sendable () -> Void) throws(Errno) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, max(stackBytes, 64 << 10))
        defer { unsafe pthread_attr_destroy(&attributes) }
        // The box transfers the closure. The new thread takes over the retained reference.
        let box = unsafe Unmanaged.passRetained(Box(name, body)).toOpaque()
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let box = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                _ = unsafe box.name.withCString { unsafe outpaint_name_thread($0) }
                box.body()
                return nil
            }, box)
        guard result == 0 else {
            unsafe Unmanaged<Box>.fromOpaque(box).release()
            throw Errno(result)
        }
        self.thread = thread
    }

    /// A number that identifies the calling thread. The corresponding C function is `pthread_self`.
    public static var current: UInt { UInt(pthread_self()) }

    /// Lowers the priority of the calling thread, and of threads it starts later. The corresponding C function is
    /// `setpriority`.
    public static func goBehindOthers() { outpaint_lower_priority(10) }

    /// Waits for the thread to end. The corresponding C function is `pthread_join`.
    public consuming func join() {
        pthread_join(thread, nil)
    }

    private final class Box {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
