import Glibc
public import HTTP
public import Net

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
    observer: (@Sendable (Exchange) -> Void)? = nil, _ body: (LiveServer) throws -> Result
) throws -> Result {
    let server = try Server(router, limits: limits, loops: loops, observer: observer)
    guard let address = address ?? SocketAddress(host: "127.0.0.1", port: 0) else { fatalError("no such address") }
    let bound = try server.listen(at: address)
    try server.start()
    defer {
        server.stop()
        let end = SystemClock.monotonicNanoseconds + 5_000_000_000
        while !server.hasEnded, SystemClock.monotonicNanoseconds < end { pause(milliseconds: 1) }
        // Only what a test has left unanswered is still in flight.
        server.abandon()
        server.wait()
    }
    return try body(LiveServer(server: server, address: bound))
}

/// Lets others run for a moment.
public func pause(milliseconds: Int32) { _ = Glibc.poll(nil, 0, milliseconds) }
