import CShims
import Glibc

/// Signals of the process, read from a descriptor instead of interrupting anything.
public enum Signals {
    /// Blocks SIGINT and SIGTERM for this thread and those it starts, ignores SIGPIPE, and gives the descriptor that the
    /// two are read from. The corresponding C function is `signalfd`.
    public static func termination() throws(Errno) -> Descriptor {
        // A peer that is gone is told by the result of `send`, never by a signal.
        _ = signal(SIGPIPE, SIG_IGN)
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGTERM)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        return Descriptor(
            owning: try Syscall.repeating {
                unsafe signalfd(-1, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK))
            })
    }

    /// Holds SIGPIPE off this thread, for calls such as `sendfile` that cannot be told not to raise it. The corresponding C
    /// function is `pthread_sigmask`.
    static func holdBrokenPipe() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The number of the next signal that came, if any. The corresponding C function is `read`.
    public static func next(_ signals: borrowing Descriptor) -> CInt? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        // The kernel writes one whole record or nothing.
        let count = unsafe read(signals.number, &info, size)
        return count == size ? CInt(info.ssi_signo) : nil
    }
}
