import Bytes
import Glibc
public import System

/// Where a run writes: results to `output`, everything about the run itself to `errors`.
public struct Console: Sendable {
    public let output: any Sink
    public let errors: any Sink

    public init(output: any Sink, errors: any Sink) {
        self.output = output
        self.errors = errors
    }

    /// Writes what a command was asked for, and gives the exit code: whoever has it go to a file must not take half of it
    /// for the whole.
    func print(_ text: String) -> Int32 {
        guard let reason = output.write(text) else { return ExitCode.success }
        errors.write("outpaint: cannot write standard output: \(reason)\n")
        return ExitCode.failure
    }
}

/// Takes whole lines from any thread.
public protocol Sink: Sendable {
    /// Says why not all was taken, if it was not.
    @discardableResult func write(_ bytes: Span<UInt8>) -> Errno?
}

extension Sink {
    @discardableResult func write(_ text: String) -> Errno? {
        let buffer = ByteBuffer(text)
        return write(buffer.bytes)
    }
}

/// A descriptor of the process, written to without a buffer in between: what was written is out.
struct DescriptorSink: Sink {
    let descriptor: Int32

    /// Writes with one `write` where the kernel takes all at once, which it does for a line on a pipe or in a file: so
    /// lines of many threads stay whole without a lock (pipe(7), "PIPE_BUF").
    ///
    /// Whoever closed the other end does not want the rest; that is up to the caller to tell.
    func write(_ bytes: Span<UInt8>) -> Errno? {
        var done = 0
        while done < bytes.count {
            // `done` stays below `count`, so the address is inside the span for as long as the closure runs.
            let written = unsafe bytes.withUnsafeBytes { raw in
                unsafe Glibc.write(descriptor, raw.baseAddress.unsafelyUnwrapped + done, raw.count - done)
            }
            let code = errno
            if written > 0 {
                done += written
            } else if written < 0, code == EAGAIN {
                // A terminal shared with a program that made it non-blocking: wait a little, then drop the rest.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard unsafe poll(&ready, 1, 1000) > 0 else { return .wouldBlock }
            } else if written == 0 || code != EINTR {
                return Errno(code)
            }
        }
        return nil
    }
}
