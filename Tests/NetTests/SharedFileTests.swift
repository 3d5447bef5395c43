import Bytes
import Glibc
import TestSupport
import Testing

@testable import Net
@testable import System

@Suite struct SharedFileTests {
    @Test func `bytes that are written are read again`() throws {
        try withTemporaryFolder { folder in
            let file = try SharedFile(temporaryIn: folder)
            try file.write(ByteBuffer("later").bytes, at: 10_000)
            try file.write(ByteBuffer("first").bytes, at: 0)
            #expect(try text(file, 10_000..<10_005) == "later")
            #expect(try text(file, 1..<4) == "irs")
        }
    }

    @Test func `reading ends where the file does`() throws {
        try withTemporaryFolder { folder in
            let file = try SharedFile(temporaryIn: folder)
            try file.write(ByteBuffer("short").bytes, at: 0)
            #expect(try text(file, 3..<100) == "rt")
        }
    }

    @Test func `a temporary file has no name`() throws {
        try withTemporaryFolder { folder in
            let file = try SharedFile(temporaryIn: folder)
            try file.write(ByteBuffer("x").bytes, at: 0)
            // A folder with a file in it cannot be removed.
            #expect(unsafe rmdir(folder) == 0)
        }
    }

    @Test func `a discarded range takes no room`() throws {
        try withTemporaryFolder { folder in
            let file = try SharedFile(temporaryIn: folder)
            let bytes = ByteBuffer(String(repeating: "x", count: 1 << 20))
            try file.write(bytes.bytes, at: 0)
            var status = stat()
            #expect(unsafe fstat(file.descriptor.number, &status) == 0)
            let before = status.st_blocks
            file.discard(0..<(1 << 19))
            #expect(unsafe fstat(file.descriptor.number, &status) == 0)
            #expect(status.st_blocks < before)
            #expect(try text(file, 1 << 19..<(1 << 19) + 1) == "x")
        }
    }

    @Test func `a missing folder is an error`() {
        #expect(throws: Errno.noSuchFile) { _ = try SharedFile(temporaryIn: "/nowhere/at/all") }
    }

    private func text(_ file: SharedFile, _ range: Range<Int>) throws -> String {
        var buffer = ByteBuffer()
        try file.read(range, into: &buffer)
        return buffer.bytes.text
    }
}
