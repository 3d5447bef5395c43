// A server with a route for each thing that real clients and proxies can be tried on; the product has few routes yet.
//   TestServer ADDRESS [LIMIT=NUMBER…]
// ADDRESS is `HOST:PORT`, `[HOST]:PORT` or `unix:PATH`. It says `ready ADDRESS` and ends on SIGTERM.
import Glibc
import HTTP
import Net
import Synchronization
import System
import Time

guard let wanted = CommandLine.arguments.dropFirst().first, let address = address(wanted) else {
    fail("usage: TestServer ADDRESS [LIMIT=NUMBER…]")
}
var limits = Limits()
for argument in CommandLine.arguments.dropFirst(2) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let number = Int(parts[1]), limits.set(String(parts[0]), number) else {
        fail("not a limit: \(argument)")
    }
}
Machine.shareHeap()
do throws(Errno) {
    let signals = try Signals.termination()
    let answerThread = try AnswerThread()
    let server = try Server(try routes(answerThread), limits: limits, loops: 2)
    let bound = try server.listen(at: address)
    try server.start()
    say("ready \(bound)")
    while Signals.next(signals) == nil { _ = signals.wait(for: .readable, milliseconds: -1) }
    server.stop()
    let end = Ticks.now + .seconds(5)
    while !server.hasEnded, Ticks.now < end {
        _ = signals.wait(for: .readable, milliseconds: 10)
    }
    if !server.hasEnded { server.abandon() }
    server.wait()
} catch {
    fail("\(error)")
}

func address(_ text: String) -> SocketAddress? {
    if text.hasPrefix("unix:") { return SocketAddress(path: String(text.dropFirst(5))) }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    return SocketAddress(host: text[..<colon].filter { $0 != "[" && $0 != "]" }, port: port)
}

func say(_ line: String) {
    print(line)
    fflush(nil)
}

func fail(_ line: String) -> Never {
    say("TestServer: \(line)")
    exit(1)
}

extension Limits {
    mutating func set(_ name: String, _ number: Int) -> Bool {
        switch name {
        case "body": body = number
        case "connections": connections = number
        case "bodyMemory": bodyMemory = number
        case "idleMilliseconds": (idleTime, headTime) = (.milliseconds(number), .milliseconds(number))
        default: return false
        }
        return true
    }
}
