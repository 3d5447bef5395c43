import Bytes
import HTTP
import System
import TestSupport
import Testing

/// Connections that share a loop, one of which asks for a lot.
@Suite struct FairnessTests {
    /// How far the greedy one has come, and how far it was when the other was served.
    private struct Progress: Sendable {
        var served = 0
        var servedBefore: Int?
    }

    @Test func `a client that pipelines downloads does not occupy its loop`() throws {
        let progress = Locked(Progress())
        let modest = Locked<RawClient?>(nil)
        let stored = SharedBytes(pattern(64 << 10))
        let router = Router([
            // The other's request comes while the greedy one's are worked through.
            .get("/first") { _ in
                modest.withLock { try? $0?.send(get("/modest")) }
                return answer("first")
            },
            .get("/stored") { _ in
                progress.withLock { $0.served += 1 }
                return .shared(contentType: "application/octet-stream", stored)
            },
            .get("/modest") { _ in
                progress.withLock { $0.servedBefore = $0.served }
                return answer("modest")
            },
        ])
        try withServer(router, loops: 1) { server in
            let client = try server.connect()
            modest.withLock { $0 = client }
            let greedy = try server.connect()
            let count = 400
            try greedy.send(get("/first") + String(repeating: get("/stored"), count: count))
            #expect(try client.receiveReply().text == "modest")
            // A turn is a mebibyte, so sixteen answers; who comes first in the next round is the kernel's choice.
            let before = try #require(progress.withLock { $0.servedBefore })
            #expect(before <= 33)
            // All of them come none the less.
            #expect(try greedy.receiveReply().text == "first")
            for _ in 0..<count { #expect(try greedy.receiveReply().body.count == 64 << 10) }
            modest.withLock { $0 = nil }
        }
    }
}
