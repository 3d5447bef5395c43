import Bytes
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
            let isEqual = unsafe blob.bytes.withUnsafeBytes { unsafe $0.elementsEqual(reply.body) }
            #expect(isEqual)
            #expect(try client.receiveReply().text == "quick")
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
