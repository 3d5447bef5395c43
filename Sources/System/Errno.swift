import Glibc

/// The error number of a failed system call. Any number is allowed, so unknown errors are preserved.
public struct Errno: Error, Equatable, Hashable, Sendable {
    public let number: CInt

    public init(_ number: CInt) { self.number = number }

    /// The error of the call that just failed. Must be read immediately after it.
    public static var current: Errno { Errno(errno) }

    public static let wouldBlock = Errno(EAGAIN)
    public static let badDescriptor = Errno(EBADF)
    public static let interrupted = Errno(EINTR)
    public static let tooManyOpenFiles = Errno(EMFILE)
    public static let tooManyOpenFilesInSystem = Errno(ENFILE)
    public static let addressInUse = Errno(EADDRINUSE)
    public static let addressNotAvailable = Errno(EADDRNOTAVAIL)
    public static let permissionDenied = Errno(EACCES)
    public static let notPermitted = Errno(EPERM)
    public static let noSuchFile = Errno(ENOENT)
    public static let connectionRefused = Errno(ECONNREFUSED)
    public static let connectionReset = Errno(ECONNRESET)
    public static let connectionAborted = Errno(ECONNABORTED)
    public static let invalidArgument = Errno(EINVAL)
    public static let timedOut = Errno(ETIMEDOUT)
    public static let noMemory = Errno(ENOMEM)
    public static let noBufferSpace = Errno(ENOBUFS)
    /// A file is shorter than expected.
    public static let fileTooShort = Errno(EIO)
}

extension Errno: CustomStringConvertible {
    /// The C library's message for the error. The corresponding C function is `strerror_r`.
    public var description: String {
        // The buffer outlives the call, and `strerror_r` terminates its result with a zero byte.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { room in
            guard let base = room.baseAddress else { return "error \(number)" }
            guard unsafe strerror_r(number, base, room.count) == 0 else { return "error \(number)" }
            return unsafe String(cString: base)
        }
    }
}
