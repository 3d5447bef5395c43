import Bytes
import Glibc
import Net
import System

@testable import App

/// A sink that stores the text written to it.
final class Captured: Sink {
    private let written = Locked("")

    var text: String { written.withLock { $0 } }

    func write(_ bytes: Span<UInt8>) -> Errno? {
        let text = bytes.text
        written.withLock { $0 += text }
        return nil
    }
}

/// The exit code and the output of a run.
struct Outcome {
    let code: Int32
    let output: String
    let errors: String
}

func outpaint(_ arguments: String..., environment: [String: String] = [:]) -> Outcome {
    outpaint(arguments, environment)
}

func outpaint(_ arguments: [String], _ environment: [String: String] = [:]) -> Outcome {
    let (output, errors) = (Captured(), Captured())
    let console = Console(output: output, errors: errors)
    let code = Program.run(arguments: arguments.map { FilePath($0) }, environment: environment, console: console)
    return Outcome(code: code, output: output.text, errors: errors.text)
}

/// The whole text of a file.
func contents(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return readAll(descriptor)
}

/// Creates a pipe.
func pipe() -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    // The kernel writes two descriptors into an array of two.
    unsafe Glibc.pipe(&ends)
    return (ends[0], ends[1])
}

/// Reads a descriptor to its end.
func readAll(_ descriptor: Int32) -> String {
    var buffer = ByteBuffer()
    while true {
        var count = 0
        // The buffer is valid for the call and has the size passed.
        _ = unsafe buffer.fill(upTo: 65536) { room in
            count = unsafe read(descriptor, room.baseAddress, room.count)
            return max(0, count)
        }
        if count <= 0 { return buffer.bytes.text }
    }
}
