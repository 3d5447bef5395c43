import CShims
import Glibc
public import System

/// Signals of the process, read from a descriptor instead of interrupting anything.
public enum Signals {
    /// Blocks SIGINT and SIGTERM for this thread and those it starts, ignores SIGPIPE, and gives the descriptor that the
    /// two are read from. The corresponding C function is `signalfd`.
    public static func termination() throws(Errno) -> Descriptor {
        // A peer that is gone is reported by the result of `send`, never by a signal.
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

    /// Removes unfinished files before a signal ends the process: a thread waits for the signals, which are blocked for all
    /// others. Must be called before there are other threads. A closed pipe and a file that may not grow are errors of `write`
    /// from then on. The corresponding C functions are `sigwait` and `raise`.
    public static func removeUnfinishedFiles() throws(Errno) {
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU] where outpaint_is_ignored(number) == 0 {
            // What is ignored, as by `nohup`, must stay so: blocked, it would be waited for as well.
            unsafe sigaddset(&set, number)
        }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        let waited = set
        _ = try Thread("signals") {
            var set = waited
            var number: CInt = 0
            while unsafe sigwait(&set, &number) != 0 {}
            UnfinishedFile.removeAll {
                _ = signal(number, SIG_DFL)
                unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
                raise(number)
                // The default of each of them is to end the process.
                _exit(1)
            }
        }
    }

    /// Blocks SIGPIPE for this thread, for calls such as `sendfile` that have no flag against it. The corresponding C
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
