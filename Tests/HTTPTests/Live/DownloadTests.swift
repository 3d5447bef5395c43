import Bytes
import Glibc
import HTTP
import Net
import System
import TestSupport
import Testing

/// Stored bytes on their way out.
@Suite struct DownloadTests {
    @Test(arguments: [0, 1, 16 << 10, (16 << 10) + 1, 1 << 20, 20_000_003], Storage.allCases)
    func `a stored body arrives unchanged`(_ size: Int, _ storage: Storage) throws {
        let blob = SharedBytes(pattern(size))
        try withServer(liveRoutes(blob: storage.store(blob))) { server in
            let client = try server.connect()
            try client.send(get("/blob") + get("/quick"))
            let reply = try client.receiveReply()
            let isEqual = unsafe blob.bytes.withUnsafeBytes { unsafe Array($0) == reply.body }
            #expect(isEqual)
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test(arguments: Storage.allCases)
    func `ranges arrive unchanged one after the other`(_ storage: Storage) throws {
        let blob = SharedBytes(pattern(3_000_000))
        try withServer(liveRoutes(blob: storage.store(blob)), loops: 1) { server in
            let client = try server.connect()
            let ranges = [0..<1, 2_000_000..<2_999_999, 17..<40_000, 2_999_999..<3_000_000, 5..<2_500_000]
            // Written at once, so that most of them wait behind others.
            var requests = ""
            for range in ranges {
                requests += get("/blob", fields: "range: bytes=\(range.lowerBound)-\(range.upperBound - 1)\r\n")
                requests += get("/quick")
            }
            try client.send(requests)
            for range in ranges {
                let reply = try client.receiveReply()
                #expect(reply.status == 206)
                let isEqual = unsafe blob.bytes.extracting(range).withUnsafeBytes { unsafe Array($0) == reply.body }
                #expect(isEqual)
                #expect(try client.receiveReply().text == "quick")
            }
        }
    }

    @Test func `content that cannot be generated ends the connection`() throws {
        try withServer(liveRoutes(blob: .made(Made(SharedBytes(pattern(1 << 20)), count: 2 << 20)))) { server in
            let client = try server.connect()
            try client.send(get("/blob") + get("/quick"))
            let reply = try client.receiveToEnd()
            #expect(reply.count > 1 << 19)
            #expect(reply.count < 2 << 20)
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    /// The length has been promised; all that is left is to end the connection before it.
    @Test func `a file that is too short ends the connection`() throws {
        let file = try withTemporaryFolder { try SharedFile(temporaryIn: $0) }
        let bytes = pattern(1 << 20)
        try file.write(bytes.bytes, at: 0)
        try withServer(liveRoutes(blob: .file(FilePart(file, 0..<(2 << 20))))) { server in
            let client = try server.connect()
            try client.send(get("/blob") + get("/quick"))
            let reply = try client.receiveToEnd()
            #expect(reply.count > 1 << 20)
            #expect(reply.count < 2 << 20)
            #expect(eventually { server.server.connectionCount == 0 })
        }
    }

    /// What a slow reader is still to get must not be given to others.
    @Test func `a file part is kept until its last reader has it`() throws {
        let isUnused = Locked(false)
        let stored = Locked<StoredContent?>(nil)
        let file = try withTemporaryFolder { try SharedFile(temporaryIn: $0) }
        let blob = largeBlob
        try file.write(blob.bytes, at: 0)
        stored.withLock { $0 = .file(FilePart(file, 0..<largeBlob.count) { _ in isUnused.withLock { $0 = true } }) }
        let router = Router([
            .get("/once") { _ in
                guard let content = stored.withLock({ $0.take() }) else { return Response(.notFound) }
                return Response(.ok, .stored(content, 0..<content.count))
            }
        ])
        try withServer(router) { server in
            let client = try server.connect()
            try client.send(get("/once"))
            let start = try client.receiveAll(1000)
            #expect(!isUnused.withLock { $0 })
            var count = start.count
            while count < largeBlob.count { count += try client.receive().count }
            #expect(eventually { isUnused.withLock { $0 } })
        }
    }

    /// The kernel says that there is room only when a third of its buffer is free, for which this reader is too slow.
    @Test(arguments: Storage.allCases)
    func `a slow reader is not disconnected as stalled`(_ storage: Storage) throws {
        var limits = Limits()
        limits.writeTime = .milliseconds(500)
        try withServer(liveRoutes(blob: storage.store(largeBlob)), limits: limits) { server in
            let client = try server.connect()
            try client.send(get("/blob"))
            // The pauses are what is tested: together they last four times as long as a reader may take nothing.
            for _ in 0..<20 {
                #expect(try client.receiveAll(96 << 10).count == 96 << 10)
                usleep(100_000)
            }
            #expect(server.server.connectionCount == 1)
        }
    }

    @Test(arguments: Storage.allCases)
    func `stalled readers of a large body delay no other client and copy nothing`(_ storage: Storage) throws {
        try withServer(liveRoutes(blob: storage.store(largeBlob)), loops: 1) { server in
            #expect(largeBlob.count == 64 << 20)
            let before = residentBytes()
            let stalled = try (0..<8).map { _ in try server.connect() }
            for client in stalled {
                try client.send(get("/blob"))
                #expect(try client.receiveAll(1000).count == 1000)
            }
            let other = try server.connect()
            for _ in 0..<100 {
                try other.send(get("/quick"))
                #expect(try other.receiveReply().text == "quick")
            }
            // Eight copies would be half a gigabyte; other tests of this process take some meanwhile.
            #expect(residentBytes() - before < 256 << 20)
        }
    }
}

/// What this process takes of the machine's memory.
private func residentBytes() -> Int {
    guard let fields = readFile("/proc/self/statm")?.split(separator: " "), fields.count > 1 else { return 0 }
    return (Int(fields[1]) ?? 0) * 4096
}
