import Bytes
import HTTP
import Net
import System

/// Runs the server until it is told to stop, and returns the exit code.
///
/// The place where the rooms below are put together.
func serve(_ configuration: Configuration, log: Log, console: Console) -> Int32 {
    let started = SystemClock.monotonicNanoseconds
    Machine.shareHeap()
    do throws(StartError) {
        // Blocked before any thread starts, so that no thread is ever interrupted by them.
        let signals = try StartError.naming("take signals") { () throws(Errno) in try Signals.termination() }
        var services = Services(configuration, log)
        let (server, listening) = try start(configuration, services, log, console)
        let elapsed = Duration.nanoseconds(SystemClock.monotonicNanoseconds - started)
        writeReadyLine(listening, after: elapsed, format: configuration.log.format, to: console.output)
        Machine.forgetStart()
        let signal = waitForSignal(signals) { services.tidy() }
        log.info("stopping", ["signal": .integer(Int(signal)), "connections": .integer(server.connectionCount)])
        var patience = Patience(configuration.shutdownTimeout)
        finish(server, &patience, signals, log)
        let deadline = patience.end
        let dropped = services.stop(before: deadline) { patience.lasts(signals) }
        if dropped != Services.Dropped() {
            log.warn(
                "ended with work undone",
                [
                    "tasks_waiting": .integer(dropped.waiting), "tasks_running": .integer(dropped.running),
                    "webhooks": .integer(dropped.messages),
                ])
        }
        return ExitCode.success
    } catch {
        // Whoever typed the command reads a sentence; whoever collects logs finds fields.
        switch configuration.log.format {
        case .text: console.errors.write("outpaint: cannot \(error.what): \(error.why)\n")
        case .json: log.error("cannot start", ["what": .text(error.what), "why": .text(error.why)])
        }
        return ExitCode.failure
    }
}

/// Why the server could not start.
private struct StartError: Error {
    let what: String
    let why: String

    static func naming<Result: ~Copyable>(
        _ what: String, _ body: () throws(Errno) -> Result
    ) throws(StartError) -> Result {
        do throws(Errno) {
            return try body()
        } catch {
            throw StartError(what: what, why: "\(error)")
        }
    }
}

private func start(
    _ configuration: Configuration, _ services: Services, _ log: Log, _ console: Console
) throws(StartError) -> (Server, [ListenAddress]) {
    let loops = configuration.loops > 0 ? configuration.loops : Machine.coreCount
    // Many systems begin with 1,024, which is less than the connections that are promised; some hundred serve to refuse
    // those who are too many, the loops and the listeners.
    let connections = configuration.limits.connections
    let descriptors = Machine.allowDescriptors(connections + 512)
    if descriptors < connections + 512 {
        log.warn(
            "fewer descriptors than connections",
            ["descriptors": .integer(descriptors), "connections": .integer(connections)])
    }
    let access = AccessLog(format: configuration.log.access, sink: console.output)
    let observer: (@Sendable (Exchange) -> Void)? =
        access.isOn ? { @Sendable exchange in access.write(AccessRecord(exchange)) } : nil
    let server = try StartError.naming("make event loops") { () throws(Errno) in
        try Server(
            routes(services), limits: configuration.serverLimits, loops: loops,
            namesRequests: configuration.log.requestID, observer: observer)
    }
    var listening: [ListenAddress] = []
    for address in configuration.addresses {
        for resolved in try address.resolved() {
            let bound = try StartError.naming("listen on \(address)") { () throws(Errno) in
                try server.listen(at: resolved)
            }
            listening.append(ListenAddress(bound))
        }
    }
    try StartError.naming("start threads") { () throws(Errno) in try server.start() }
    return (server, listening)
}

/// What the server answers.
private func routes(_ services: Services) -> Router {
    let health = Route.get("/_emulator/health", head: true) { _ in .json(.ok, ByteBuffer(#"{"status":"ok"}"#)) }
    return Router([health] + services.routes, fallback: services.fallback)
}

/// Sleeps until somebody wants the server to end; now and then it calls `tidy`.
private func waitForSignal(_ signals: borrowing Descriptor, _ tidy: () -> Void) -> CInt {
    while true {
        _ = signals.wait(for: .readable, milliseconds: 1000)
        if let signal = Signals.next(signals) { return signal }
        tidy()
    }
}

/// How long the end of a run may take: until a time, or until somebody signals again.
private struct Patience {
    private(set) var end: Int64

    init(_ time: Duration) { end = SystemClock.monotonicNanoseconds + time.nanoseconds }

    /// Waits for a moment; says whether there is another.
    mutating func lasts(_ signals: borrowing Descriptor) -> Bool {
        guard SystemClock.monotonicNanoseconds < end else { return false }
        _ = signals.wait(for: .readable, milliseconds: 10)
        if Signals.next(signals) != nil { end = 0 }
        return end > 0
    }
}

/// Lets requests in flight finish, for as long as is allowed.
private func finish(_ server: Server, _ patience: inout Patience, _ signals: borrowing Descriptor, _ log: Log) {
    server.stop()
    while !server.hasEnded, patience.lasts(signals) {}
    if !server.hasEnded {
        server.abandon()
        log.warn("ended with requests in flight", ["connections": .integer(server.connectionCount)])
    }
    // A loop may hang in a write of its log that nobody reads. The process ends without it.
    let last = SystemClock.monotonicNanoseconds + 500_000_000
    while !server.hasEnded, SystemClock.monotonicNanoseconds < last {
        _ = signals.wait(for: .readable, milliseconds: 10)
        _ = Signals.next(signals)
    }
    if server.hasEnded { server.wait() }
}

extension ListenAddress {
    fileprivate init(_ address: SocketAddress) {
        self =
            if let path = address.path { .unix(path: path) } else { .tcp(host: address.host, port: Int(address.port)) }
    }

    /// The kernel's addresses for it: several, where a name has several.
    fileprivate func resolved() throws(StartError) -> [SocketAddress] {
        let found = kernelAddresses
        if found.isEmpty { throw StartError(what: "listen on \(self)", why: "there is no such address") }
        // A port of the kernel's choice differs from address to address; one is enough then.
        if case .tcp(_, port: 0) = self { return Array(found.prefix(1)) }
        return found
    }
}

extension AccessRecord {
    fileprivate init(_ exchange: Exchange) {
        self.init(
            time: .now(), requestID: exchange.requestID, client: exchange.client, method: exchange.method,
            target: exchange.target, status: exchange.status, bytesIn: exchange.bytesIn, bytesOut: exchange.bytesOut,
            duration: .nanoseconds(exchange.duration), userAgent: exchange.userAgent)
    }
}

extension Configuration {
    /// The bounds, as the server takes them.
    fileprivate var serverLimits: HTTP.Limits {
        var limits = HTTP.Limits()
        limits.requestLine = self.limits.requestLine
        limits.fieldBytes = self.limits.headerBytes
        limits.fieldCount = self.limits.headerFields
        limits.body = self.limits.body
        limits.bodyMemory = self.limits.bodyMemory
        limits.bodyEase = self.limits.bodyEase
        limits.bodyTurnTime = self.limits.bodyTurnTimeout.nanoseconds
        limits.connections = self.limits.connections
        limits.webSocketMessage = self.limits.webSocketMessage
        limits.webSocketQueue = self.limits.webSocketQueue
        limits.drain = self.limits.drain
        limits.headTime = self.limits.headerTimeout.nanoseconds
        limits.bodyTime = self.limits.bodyTimeout.nanoseconds
        limits.writeTime = self.limits.writeTimeout.nanoseconds
        limits.idleTime = self.limits.idleTimeout.nanoseconds
        limits.lingerTime = self.limits.lingerTimeout.nanoseconds
        limits.webSocketIdleTime = self.limits.webSocketIdleTimeout.nanoseconds
        limits.webSocketIdleCode = WebSocket.CloseCode(rawValue: UInt16(self.limits.webSocketIdleCode))
        return limits
    }
}
