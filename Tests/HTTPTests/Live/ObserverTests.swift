import Bytes
import HTTP
import System
import TestSupport
import Testing

/// What the access log is told.
@Suite struct ObserverTests {
    private final class Observed: Sendable {
        private let exchanges = Locked<[Exchange]>([])
        func add(_ exchange: Exchange) { exchanges.withLock { $0.append(exchange) } }
        var all: [Exchange] { exchanges.withLock { $0 } }
        var lines: [String] { all.map { "\($0.method) \($0.target) \($0.status)" } }
    }

    @Test func `every exchange is observed once with its sizes`() throws {
        let (seen, lateRequests) = (Observed(), LateRequests())
        try withServer(liveRoutes(lateRequests, blob: .bytes(SharedBytes(pattern(100_000)))), observer: seen.add) {
            server in
            let client = try server.connect()
            try client.send(Array(get("/now/a?b=c", fields: "user-agent: tester\r\n").utf8) + post("/count", count: 7))
            try client.send(chunked("/count", [5, 5]) + Array((get("/blob") + get("/later/x") + get("/none")).utf8))
            try client.send("HEAD /quick HTTP/1.1\r\nhost: test\r\n\r\n")
            try #require(lateRequests.next()).responder.respond(answer("late"))
            var names: [String?] = []
            for index in 0..<7 {
                let reply = try client.receiveReply(isHead: index == 6)
                names.append(reply["x-request-id"])
            }
            #expect(eventually { seen.all.count == 7 })
            #expect(
                seen.lines == [
                    "GET /now/a?b=c 200", "POST /count 200", "POST /count 200", "GET /blob 200", "GET /later/x 200",
                    "GET /none 404", "HEAD /quick 200",
                ])
            #expect(seen.all.map(\.bytesIn) == [0, 7, 10, 0, 0, 0, 0])
            #expect(seen.all[3].bytesOut > 100_000 && seen.all[3].bytesOut < 100_400)
            #expect(seen.all[6].bytesOut < 400)
            #expect(seen.all[0].userAgent == "tester")
            #expect(seen.all[0].client.hasPrefix("127.0.0.1:"))
            #expect(seen.all.map { Optional($0.requestID) } == names)
            #expect(Set(names).count == 7)
            #expect(seen.all.allSatisfy { $0.duration > .zero && $0.duration < .milliseconds(60_000) })
        }
    }

    @Test(arguments: [
        ("nonsense\r\n\r\n", "- - 400"),
        ("POST /small HTTP/1.1\r\nhost: test\r\ncontent-length: 2000\r\n\r\n", "POST /small 413"),
        (
            "POST /small HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n\(String(repeating: "x", count: 1001))",
            "POST /small 413"
        ),
        ("POST /count HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\nz", "POST /count 400"),
        ("POST /count HTTP/1.1\r\nhost: test\r\ncontent-length: 9\r\n\r\n", "POST /count 408"),
        ("GET /qui", "- - 408"),
    ])
    func `a refused request is observed`(_ request: String, _ line: String) throws {
        let seen = Observed()
        var limits = Limits()
        (limits.headTime, limits.bodyTime) = (.milliseconds(60), .milliseconds(60))
        try withServer(liveRoutes(), limits: limits, observer: seen.add) { server in
            let client = try server.connect()
            try client.send(request)
            let rest = try client.receiveToEnd()
            let status = Reply.all(in: rest)?.first?.status
            #expect(seen.lines == [line])
            #expect(status == seen.all.first?.status)
            #expect(seen.all.allSatisfy { $0.duration >= .zero && $0.duration < .milliseconds(60_000) })
        }
    }

    @Test func `a refused connection is observed`() throws {
        let seen = Observed()
        var limits = Limits()
        limits.connections = 1
        try withServer(liveRoutes(), limits: limits, observer: seen.add) { server in
            let first = try server.connect()
            try first.send(get("/quick"))
            #expect(try first.receiveReply().status == 200)
            let second = try server.connect()
            #expect(try second.receiveReply().status == 503)
            #expect(eventually { seen.lines == ["GET /quick 200", "- - 503"] })
            #expect(seen.all.allSatisfy { $0.duration >= .zero && $0.duration < .milliseconds(60_000) })
        }
    }
}
