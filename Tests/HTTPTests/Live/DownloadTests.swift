import Bytes
import Glibc
import HTTP
import Net
import TestSupport
import Testing

/// Stored bytes on their way out.
@Suite struct DownloadTests {
    @Test(arguments: [0, 1, 16 << 10, (16 << 10) + 1, 1 << 20, 20_000_003])
    func aStoredBodyArrivesAsItIs(_ size: Int) throws {
        let blob = SharedBytes(pattern(size))
        try withServer(liveRoutes(blob: blob)) { server in
            let client = try server.connect()
            try client.send(get("/blob") + get("/quick"))
            let reply = try client.receiveReply()
            let isEqual = unsafe blob.bytes.withUnsafeBytes { unsafe Array($0) == reply.body }
            #expect(isEqual)
            #expect(try client.receiveReply().text == "quick")
        }
    }

    /// The kernel says that there is room only when a third of its buffer is free, for which this reader is too slow.
    @Test func aSlowReaderIsNoStalledOne() throws {
        var limits = Limits()
        limits.writeTime = .milliseconds(250)
        try withServer(liveRoutes(blob: largeBlob), limits: limits) { server in
            let client = try server.connect()
            try client.send(get("/blob"))
            // The pauses are what is tested: together they last four times as long as a reader may take nothing.
            for _ in 0..<20 {
                #expect(try client.receiveAll(96 << 10).count == 96 << 10)
                usleep(50_000)
            }
            #expect(server.server.connectionCount == 1)
        }
    }

    @Test func stalledReadersOfALargeBodyHoldNobodyUpAndCopyNothing() throws {
        try withServer(liveRoutes(blob: largeBlob), loops: 1) { server in
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
