import CShims
import Glibc
import System

/// Standard input, output and error: descriptors that others opened, or did not.
public enum StandardStreams {
    /// Opens /dev/null for each of the three that is closed: otherwise the next file opened would get its number, and output
    /// would be written into that file. They are opened in the wrong direction, so that reading standard input or writing to the
    /// others is still an error.
    public static func fill() {
        for (number, flags) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(number, F_GETFD) == -1 {
            // The lowest free number is given out, which is this one.
            _ = unsafe outpaint_open("/dev/null", flags, 0)
        }
    }

    /// The number of standard input, if it can be read.
    static var input: CInt { get throws(Errno) { try checked(STDIN_FILENO, O_RDONLY) } }

    /// The number of standard output, if it can be written to.
    static var output: CInt { get throws(Errno) { try checked(STDOUT_FILENO, O_WRONLY) } }

    private static func checked(_ number: CInt, _ use: CInt) throws(Errno) -> CInt {
        let flags = fcntl(number, F_GETFL)
        guard flags != -1, [use, O_RDWR].contains(flags & O_ACCMODE) else { throw .badDescriptor }
        return number
    }

    /// Whether people look at standard output. The corresponding C function is `isatty`.
    public static var outputIsSeen: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether people look at standard error. The corresponding C function is `isatty`.
    public static var errorsAreSeen: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal that standard error goes to, if it tells. The corresponding C function is `ioctl`.
    public static var errorColumns: Int? {
        let columns = Int(outpaint_terminal_columns(STDERR_FILENO))
        return columns > 0 ? columns : nil
    }
}
