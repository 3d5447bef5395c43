import Bytes
import Glibc
import Net
import System

@testable import App

/// Keeps what is written.
final class Captured: Sink {
    private let written = Locked("")

    var text: String { written.withLock { $0 } }

    func write(_ bytes: Span<UInt8>) -> Errno? {
        let text = bytes.text
        written.withLock { $0 += text }
        return nil
    }
}

/// What a run of the program did.
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

/// A new pipe: what is written to one end comes out of the other.
func pipe() -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    // The kernel writes two numbers, and there is room for two.
    unsafe Glibc.pipe(&ends)
    return (ends[0], ends[1])
}

/// All that comes out of a descriptor until its end.
func readAll(_ descriptor: Int32) -> String {
    var buffer = ByteBuffer()
    while true {
        var count = 0
        // The room is good for the call and as large as it says.
        _ = unsafe buffer.fill(upTo: 65536) { room in
            count = unsafe read(descriptor, room.baseAddress, room.count)
            return max(0, count)
        }
        if count <= 0 { return buffer.bytes.text }
    }
}
