import Glibc
public import HTTP
public import Net
import Time

/// A server of a test's own, on a free port of 127.0.0.1 or where it is told.
public struct LiveServer: Sendable {
    public let server: Server
    public let address: SocketAddress

    /// A new connection to it.
    public func connect(seconds: Int = 20) throws -> RawClient { try RawClient(address, seconds: seconds) }
}

/// Serves `router` while `body` runs, and ends the server afterwards.
public func withServer<Result>(
    _ router: Router, limits: Limits = Limits(), loops: Int = 2, at address: SocketAddress? = nil,
    layers: [any Layer] = [], observer: (@Sendable (Exchange) -> Void)? = nil, _ body: (LiveServer) throws -> Result
) throws -> Result {
    let server = try Server(
        router, limits: limits, loops: loops, layers: layers + (observer.map { [Observer(seen: $0)] } ?? []))
    return try withServer(server, at: address, body)
}

/// Serves while `body` runs, and ends the server afterwards.
public func withServer<Result>(
    _ server: Server, at address: SocketAddress? = nil, _ body: (LiveServer) throws -> Result
) throws -> Result {
    guard let address = address ?? SocketAddress(host: "127.0.0.1", port: 0) else { fatalError("no such address") }
    let bound = try server.listen(at: address)
    try server.start()
    defer {
        server.stop()
        let end = Ticks.now + .seconds(5)
        while !server.hasEnded, Ticks.now < end { pause(milliseconds: 1) }
        // Only what a test has left unanswered is still in flight.
        server.abandon()
        server.wait()
    }
    return try body(LiveServer(server: server, address: bound))
}

/// Tells a test of exchanges that were answered.
private struct Observer: Layer {
    let seen: @Sendable (Exchange) -> Void
    func finished(_ exchange: Exchange) { if exchange.status > 0 { seen(exchange) } }
}

/// Lets others run for a moment.
public func pause(milliseconds: Int32) { _ = Glibc.poll(nil, 0, milliseconds) }
