import Bytes
import Glibc
public import System

/// The output of a run: results go to `output`, messages about the run to `errors`.
public struct Console: Sendable {
    public let output: any Sink
    public let errors: any Sink

    public init(output: any Sink, errors: any Sink) {
        self.output = output
        self.errors = errors
    }

    /// Prints the result of a command and returns the exit code. A write error is a failure, so that a truncated file
    /// is not mistaken for a complete one.
    func print(_ text: String) -> Int32 {
        guard let reason = output.write(text) else { return ExitCode.success }
        errors.write("outpaint: cannot write standard output: \(reason)\n")
        return ExitCode.failure
    }
}

/// Accepts whole lines from any thread.
public protocol Sink: Sendable {
    /// Returns the error if not all bytes were written.
    @discardableResult func write(_ bytes: Span<UInt8>) -> Errno?
}

extension Sink {
    @discardableResult func write(_ text: String) -> Errno? {
        let buffer = ByteBuffer(text)
        return write(buffer.bytes)
    }
}

/// Writes to a file descriptor of the process without buffering.
struct DescriptorSink: Sink {
    let descriptor: Int32

    /// Uses a single `write` if the kernel accepts all bytes at once. It does so for a line on a pipe or in a file, so
    /// lines of several threads stay whole without a lock (pipe(7), "PIPE_BUF").
    ///
    /// If the reader has closed the other end, the caller decides whether that is an error.
    func write(_ bytes: Span<UInt8>) -> Errno? {
        var done = 0
        while done < bytes.count {
            // `done` stays below `count`, so the address is inside the span while the closure runs.
            let written = unsafe bytes.withUnsafeBytes { raw in
                unsafe Glibc.write(descriptor, raw.baseAddress.unsafelyUnwrapped + done, raw.count - done)
            }
            let code = errno
            if written > 0 {
                done += written
            } else if written < 0, code == EAGAIN {
                // Another program may have made a shared terminal non-blocking. Wait briefly, then drop the rest.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard unsafe poll(&ready, 1, 1000) > 0 else { return .wouldBlock }
            } else if written == 0 || code != EINTR {
                return Errno(code)
            }
        }
        return nil
    }
}
