import Bytes
import HTTP
import Net
import Steering
import System
import Time

/// Runs the server until it is signaled to stop, and returns the exit code.
///
/// Creates and connects all components.
func serve(_ configuration: Configuration, _ rules: [Rule], log: Log, console: Console) -> Int32 {
    let started = Ticks.now
    Machine.shareHeap()
    do throws(StartError) {
        // Signals are blocked before any thread starts, so they never interrupt a thread.
        let signals = try StartError.naming("take signals") { () throws(Errno) in try Signals.termination() }
        var token = configuration.steering.adminToken
        if token == nil, !configuration.isLocal {
            token = .random()
        }
        var services = Services(configuration, log, rules: rules, token: token)
        let (server, listening) = try start(configuration, services, log, console)
        let elapsed = Ticks.now - started
        if let token, configuration.steering.adminToken == nil {
            console.errors.write("outpaint: calls of /_emulator need this token: \(token.text)\n")
        }
        writeReadyLine(listening, after: elapsed, format: configuration.log.format, to: console.output)
        Machine.forgetStart()
        let signal = waitForSignal(signals) { services.tidy() }
        log.info("stopping", ["signal": .integer(Int(signal)), "connections": .integer(server.connectionCount)])
        var patience = Patience(configuration.shutdownTimeout)
        finish(server, &patience, signals, log)
        let deadline = patience.end ?? .now
        let dropped = services.stop(before: deadline) { patience.lasts(signals) }
        if dropped != Services.Dropped() {
            log.warn(
                "ended with work undone",
                [
                    "tasks_waiting": .integer(dropped.waiting), "tasks_running": .integer(dropped.running),
                    "unsent": .integer(dropped.unsent),
                ])
        }
        return ExitCode.success
    } catch {
        // Text is for a person at the terminal, JSON for log collectors.
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
    // Many systems start with 1,024 descriptors, less than the configured connections need. A few hundred more are used
    // for refusing excess connections, for the event loops and for the listeners.
    let connections = configuration.http.connections
    let descriptors = Machine.allowDescriptors(connections + 512)
    if descriptors < connections + 512 {
        log.warn(
            "fewer descriptors than connections",
            ["descriptors": .integer(descriptors), "connections": .integer(connections)])
    }
    let hosts = services.hosts([
        Route.get("/_emulator/health", head: true) { _ in .json(.ok, ByteBuffer(#"{"status":"ok"}"#)) }.of(
            kind: .control)
    ])
    let layers = makeLayers(configuration, hosts, log, console)
    services.observe(with: layers)
    let server = try StartError.naming("make event loops") { () throws(Errno) in
        try Server(
            hosts, limits: configuration.http, loops: loops, layers: layers, amends: true, clock: services.clock,
            namesRequests: configuration.log.requestID)
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

/// The middleware around the handlers, outermost first.
private func makeLayers(_ configuration: Configuration, _ hosts: Hosts, _ log: Log, _ console: Console) -> [any Layer] {
    var layers: [any Layer] = []
    let access = AccessLog(format: configuration.log.access, sink: console.output)
    if access.isOn { layers.append(access) }
    if log.level <= .info { layers.append(FailureLog(log, paths: hosts.patterns)) }
    return layers
}

/// Sleeps until a termination signal arrives, and calls `tidy` periodically.
private func waitForSignal(_ signals: borrowing Descriptor, _ tidy: () -> Void) -> CInt {
    while true {
        _ = signals.wait(for: .readable, milliseconds: 1000)
        if let signal = Signals.next(signals) { return signal }
        tidy()
    }
}

/// The time limit of a shutdown, which a second signal ends early.
private struct Patience {
    private(set) var end: Ticks?

    init(_ time: Interval) { end = Ticks.now + time }

    /// Waits for a moment. Returns whether time is left.
    mutating func lasts(_ signals: borrowing Descriptor) -> Bool {
        guard let end, Ticks.now < end else { return false }
        _ = signals.wait(for: .readable, milliseconds: 10)
        if Signals.next(signals) != nil { self.end = nil }
        return self.end != nil
    }
}

/// Waits for requests in flight, within the time limit.
private func finish(_ server: Server, _ patience: inout Patience, _ signals: borrowing Descriptor, _ log: Log) {
    server.stop()
    while !server.hasEnded, patience.lasts(signals) {}
    if !server.hasEnded {
        server.abandon()
        log.warn("ended with requests in flight", ["connections": .integer(server.connectionCount)])
    }
    // A loop may hang while writing its log to a reader that has stopped. The process then exits without it.
    let last = Ticks.now + .milliseconds(500)
    while !server.hasEnded, Ticks.now < last {
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

    /// The kernel's forms of this address; several if the name resolves to several.
    fileprivate func resolved() throws(StartError) -> [SocketAddress] {
        let found = kernelAddresses
        if found.isEmpty { throw StartError(what: "listen on \(self)", why: "there is no such address") }
        // A port chosen by the kernel differs between addresses, so only one address is used.
        if case .tcp(_, port: 0) = self { return Array(found.prefix(1)) }
        return found
    }
}
