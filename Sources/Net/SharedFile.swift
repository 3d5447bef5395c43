public import Bytes
import Glibc

/// An open file that does not change any more and may be read by many at once, such as a stored result.
///
/// It has no position: whoever reads says where. The file may lose its name meanwhile; its bytes go with the last owner.
public final class SharedFile: Sendable {
    let descriptor: Descriptor
    /// How many bytes it holds.
    public let count: Int

    /// Takes over an open file, all of it. The corresponding C function is `fstat`.
    public init(_ descriptor: consuming Descriptor) throws(Errno) {
        var status = Glibc.stat()
        let number = descriptor.number
        // The kernel fills in `status`.
        _ = try Syscall.repeating { unsafe fstat(number, &status) }
        // Nothing else has a length, nor bytes that stay.
        guard status.st_mode & S_IFMT == S_IFREG else { throw .invalidArgument }
        count = Int(status.st_size)
        self.descriptor = descriptor
    }

    /// Opens a file. The corresponding C function is `open`.
    public convenience init(path: String) throws(Errno) {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
        try self.init(Descriptor(owning: try Syscall.repeating { unsafe Glibc.open(path, flags) }))
    }

    /// The bytes at `range`, which lies in the file. The corresponding C function is `pread`.
    public func read(_ range: Range<Int>) throws(Errno) -> ByteBuffer {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        var buffer = ByteBuffer(capacity: range.count)
        let number = descriptor.number
        while buffer.count < range.count {
            let place = range.lowerBound + buffer.count
            // The kernel writes at most `count` bytes into room that is the buffer's.
            let count = unsafe try buffer.fill(upTo: range.count - buffer.count) { room throws(Errno) in
                try Syscall.repeating { unsafe pread(number, room.baseAddress, room.count, place) }
            }
            if count == 0 { throw .fileTooShort }
        }
        return buffer
    }
}
