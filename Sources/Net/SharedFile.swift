public import Bytes
import CShims
import Glibc
public import System

/// A file without a name that many threads may read and write at once. It is removed with its last reference.
public final class SharedFile: Sendable {
    let descriptor: Descriptor

    /// A new empty file on the file system of a folder. The corresponding C functions are `open` with `O_TMPFILE`, or
    /// `mkostemp` and `unlink` where a file system has no files without a name.
    public init(temporaryIn folder: String) throws(Errno) {
        descriptor = Descriptor(
            owning: try Syscall.repeating { unsafe outpaint_open_unnamed(folder) })
    }

    /// Writes all of `bytes` from `offset` on. The corresponding C function is `pwrite`.
    public func write(_ bytes: Span<UInt8>, at offset: Int) throws(Errno) {
        let number = descriptor.number
        var done = 0
        while done < bytes.count {
            let rest = bytes.extracting(done...)
            let at = offset + done
            done += unsafe try rest.withUnsafeBytes { rest throws(Errno) in
                // The kernel only reads the bytes.
                try Syscall.repeating { unsafe pwrite(number, rest.baseAddress, rest.count, at) }
            }
        }
    }

    /// Appends the bytes of a range to `buffer`, as far as the file goes. The corresponding C function is `pread`.
    public func read(_ range: Range<Int>, into buffer: inout ByteBuffer) throws(Errno) {
        let number = descriptor.number
        var at = range.lowerBound
        buffer.reserve(buffer.count + range.count)
        while at < range.upperBound {
            let from = at
            // The kernel writes at most `count` bytes into room that is the buffer's.
            let count = unsafe try buffer.fill(upTo: range.upperBound - at) { room throws(Errno) in
                try Syscall.repeating { unsafe pread(number, room.baseAddress, room.count, from) }
            }
            if count == 0 { return }
            at += count
        }
    }

    /// Returns whole blocks of a range to the file system, if that supports it; the bytes become zeros. The
    /// corresponding C function is `fallocate`.
    public func discard(_ range: Range<Int>) {
        outpaint_punch(descriptor.number, range.lowerBound, range.count)
    }
}
