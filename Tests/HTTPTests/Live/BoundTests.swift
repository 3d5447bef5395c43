import Bytes
import HTTP
import TestSupport
import Testing

/// The server at its bounds: a prompt refusal, and service again as soon as there is room.
@Suite struct BoundTests {
    @Test func `a connection past the limit gets 503 and the next one is served`() throws {
        var limits = Limits()
        limits.connections = 3
        try withServer(liveRoutes(), limits: limits) { server in
            var kept = try (0..<3).map { _ in try server.connect() }
            for client in kept {
                try client.send(get("/quick"))
                #expect(try client.receiveReply().status == 200)
            }
            for _ in 0..<20 {
                let extra = try server.connect()
                let reply = try extra.receiveReply()
                #expect(reply.status == 503)
                #expect(reply["retry-after"] == "1")
                #expect(reply["connection"] == "close")
                // A request that was on its way does not turn the answer into a reset.
                try? extra.send(get("/quick"))
                #expect(try extra.receiveToEnd() == [])
            }
            kept.removeLast()
            let served = try eventually {
                let client = try server.connect()
                try? client.send(get("/quick"))
                return try client.receiveReply().status == 200
            }
            #expect(served)
            for client in kept {
                try client.send(get("/quick"))
                #expect(try client.receiveReply().status == 200)
            }
        }
    }

    @Test(arguments: [
        post("/count", count: 64 << 20, sent: 1), chunked("/count", [1], isWhole: false),
    ])
    func `one byte of a body holds little memory`(_ beginning: [UInt8]) throws {
        try withServer(liveRoutes()) { server in
            let clients = try (0..<8).map { _ in try server.connect() }
            for client in clients { try client.send(beginning) }
            let limits = Limits()
            // All that may connect fit in together.
            let fair = limits.bodyMemory / limits.connections
            #expect(eventually { server.server.bodyMemoryInUse >= clients.count })
            for client in clients { try client.send(beginning.suffix(1) == [10] ? "1\r\nx\r\n" : "x") }
            pause(milliseconds: 50)
            #expect(server.server.bodyMemoryInUse <= clients.count * fair)
        }
    }

    @Test func `a body without memory is answered 503`() throws {
        var limits = Limits()
        limits.bodyMemory = 3 << 20
        try withServer(liveRoutes(), limits: limits) { server in
            let first = try server.connect()
            try first.send(post("/count", count: 2 << 20, sent: (2 << 20) - 1))
            #expect(eventually { server.server.bodyMemoryInUse >= 2 << 20 })
            for request in [post("/count", count: 2 << 20), chunked("/count", [2 << 20])] {
                let second = try server.connect()
                try second.send(request)
                let reply = try second.receiveReply()
                #expect(reply.status == 503)
                #expect(reply["retry-after"] == "1")
            }
            // A small one still fits.
            let third = try server.connect()
            try third.send(post("/count", count: 1000))
            #expect(try third.receiveReply().text == "1000")

            try first.send("x")
            #expect(try first.receiveReply().text == "\(2 << 20)")
            #expect(eventually { server.server.bodyMemoryInUse == 0 })
            let fourth = try server.connect()
            try fourth.send(post("/count", count: 2 << 20))
            #expect(try fourth.receiveReply().text == "\(2 << 20)")
        }
    }

    @Test func `answers that are not read count to the same limit`() throws {
        var limits = Limits()
        limits.bodyMemory = 80 << 20
        let size = 32 << 20
        try withServer(liveRoutes(), limits: limits) { server in
            let readers = try (0..<2).map { _ in try server.connect() }
            for reader in readers { try reader.send(get("/made/\(size)")) }
            #expect(eventually { server.server.bodyMemoryInUse == 2 * size })
            let third = try server.connect()
            try third.send(get("/made/\(size)"))
            let refusal = try third.receiveReply()
            #expect(refusal.status == 503 && refusal["retry-after"] == "1" && refusal["connection"] == "close")
            #expect(try third.receiveToEnd() == [])
            // Small ones need no memory of their own.
            let fourth = try server.connect()
            try fourth.send(get("/quick"))
            #expect(try fourth.receiveReply().text == "quick")

            #expect(try readers[0].receiveReply().body.count == size)
            #expect(eventually { server.server.bodyMemoryInUse == size })
            try fourth.send(get("/made/\(size)"))
            #expect(try fourth.receiveReply().body.count == size)
        }
    }

    @Test func `generated content counts as its weight`() throws {
        let blob = Made(SharedBytes(pattern(32 << 20)), weight: 1 << 20)
        try withServer(liveRoutes(blob: .made(blob))) { server in
            let reader = try server.connect()
            try reader.send(get("/blob"))
            #expect(eventually { server.server.bodyMemoryInUse == 1 << 20 })
            #expect(try reader.receiveReply().body.count == 32 << 20)
            #expect(eventually { server.server.bodyMemoryInUse == 0 })
        }
    }

    @Test func `the memory of an answer is released when its reader leaves`() throws {
        try withServer(liveRoutes()) { server in
            do {
                let client = try server.connect()
                try client.send(get("/made/\(32 << 20)"))
                #expect(eventually { server.server.bodyMemoryInUse > 0 })
            }
            #expect(eventually { server.server.bodyMemoryInUse == 0 })
        }
    }

    @Test func `a body that is only announced takes no memory`() throws {
        try withServer(liveRoutes()) { server in
            let client = try server.connect()
            try client.send(post("/count", count: 60 << 20, sent: 1))
            #expect(eventually { server.server.bodyMemoryInUse > 0 })
            #expect(server.server.bodyMemoryInUse <= 1 << 20)
        }
    }
}
