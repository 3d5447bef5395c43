public import Bytes
import CShims
import Glibc

/// Whole files.
public enum File {
    /// Reads a file, or standard input for `-`, as far as `limit` bytes; one byte more shows that there was more. The
    /// corresponding C functions are `open` and `read`.
    public static func read(_ path: String, upTo limit: Int) throws(Errno) -> ByteBuffer {
        if path == "-" { return try read(STDIN_FILENO, upTo: limit) }
        let file = Descriptor(owning: try Syscall.repeating { unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC) })
        return try read(file.number, upTo: limit)
    }

    private static func read(_ number: CInt, upTo limit: Int) throws(Errno) -> ByteBuffer {
        var buffer = ByteBuffer()
        while buffer.count <= limit {
            // The kernel writes at most `count` bytes into room that is the buffer's.
            let count = unsafe try buffer.fill(upTo: 256 << 10) { room throws(Errno) in
                try Syscall.repeating { unsafe Glibc.read(number, room.baseAddress, room.count) }
            }
            if count == 0 { break }
        }
        return buffer
    }

    /// Writes a file in one step for all who look: beside it first, then in its place. `-` is standard output, and what is
    /// there but no plain file, such as a device or a named pipe, is written to as it is. The corresponding C functions
    /// are `write` and `rename`.
    public static func replace(_ path: String, with bytes: borrowing ByteBuffer) throws(Errno) {
        if path == "-" { return try write(bytes, to: STDOUT_FILENO) }
        if let kind = kind(of: path), kind != S_IFREG, kind != S_IFDIR {
            // A rename would put a plain file in the device's place.
            let flags = O_WRONLY | O_CLOEXEC
            return try write(bytes, to: Descriptor(owning: try Syscall.repeating { unsafe Glibc.open(path, flags) }))
        }
        let part = "\(path).\(getpid()).part"
        do throws(Errno) {
            let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
            let file = Descriptor(owning: try Syscall.repeating { unsafe outpaint_open(part, flags, 0o666) })
            try write(bytes, to: file)
            _ = try Syscall.repeating { unsafe rename(part, path) }
        } catch {
            _ = unsafe unlink(part)
            throw error
        }
    }

    private static func write(_ bytes: borrowing ByteBuffer, to file: borrowing Descriptor) throws(Errno) {
        try write(bytes, to: file.number)
    }

    private static func write(_ bytes: borrowing ByteBuffer, to number: CInt) throws(Errno) {
        var done = 0
        while done < bytes.count {
            let rest = bytes.bytes.extracting(done...)
            done += unsafe try rest.withUnsafeBytes { bytes throws(Errno) in
                // The kernel only reads the bytes.
                try Syscall.repeating { unsafe Glibc.write(number, bytes.baseAddress, bytes.count) }
            }
        }
    }

    /// Whether a path is a folder. The corresponding C function is `fstatat`.
    public static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

    /// What is at a path, one of the `S_IF` numbers; `nil` if nothing is.
    private static func kind(of path: String) -> mode_t? {
        var status = Glibc.stat()
        return unsafe fstatat(AT_FDCWD, path, &status, 0) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// Whether people look at standard error. The corresponding C function is `isatty`.
    public static var errorsAreSeen: Bool { isatty(STDERR_FILENO) == 1 }
}
