import Bytes
import Glibc
import System
import TestSupport
import Testing

@testable import Tasks

@Suite struct SpoolTests {
    @Test func whatHasNoRoomInMemoryGoesToAFile() throws {
        try withTemporaryFolder { folder in
            let spool = Spool(folder: folder, memory: 25)
            let files = (0..<5).map { spool.keep(ByteBuffer("0123456\(100 + $0)")) }
            #expect(spool.inMemory == 20 && spool.inFiles == 30)
            for (number, file) in files.enumerated() {
                let isInMemory = if case .memory = file.content { true } else { false }
                #expect(isInMemory == (number < 2))
                let found = try text(file)
                #expect(found == "0123456\(100 + number)" && file.count == 10)
            }
        }
    }

    @Test func roomInMemoryComesBack() throws {
        try withTemporaryFolder { folder in
            let spool = Spool(folder: folder, memory: 15)
            for number in 0..<5 {
                let file = spool.keep(copying: ByteBuffer("0123456\(100 + number)"))
                #expect(spool.inMemory == 10 && spool.inFiles == 0)
                let found = try text(file)
                #expect(found == "0123456\(100 + number)")
            }
            #expect(spool.inMemory == 0)
        }
    }

    @Test func aFileGoesWithTheLastOfWhatIsInIt() throws {
        try withTemporaryFolder { folder in
            let spool = Spool(folder: folder, memory: 0)
            var files = (0..<5).map { _ in spool.keep(ByteBuffer("x")) }
            #expect(openFiles(in: folder) == 1)
            files.removeFirst(4)
            spool.tidy()
            #expect(spool.inFiles == 5 && openFiles(in: folder) == 1)
            files = []
            spool.tidy()
            #expect(spool.inFiles == 0 && openFiles(in: folder) == 0)
        }
    }

    @Test func whoeverStillSendsHasWhatItSends() throws {
        try withTemporaryFolder { folder in
            let spool = Spool(folder: folder, memory: 0)
            let content = spool.keep(ByteBuffer("being sent")).content
            spool.tidy()
            _ = spool.keep(ByteBuffer("something else"))
            guard case .file(let file, let range) = content else { return }
            var buffer = ByteBuffer()
            try file.read(range, into: &buffer)
            #expect(buffer.bytes.text == "being sent")
        }
    }

    @Test func manyLargeThingsNeedFewFiles() throws {
        try withTemporaryFolder { folder in
            let spool = Spool(folder: folder, memory: 0)
            let block = ByteBuffer(String(repeating: "x", count: 3 << 20))
            let files = (0..<32).map { _ in spool.keep(copying: block) }
            #expect(openFiles(in: folder) == 3)
            #expect(spool.inFiles == 96 << 20)
            #expect(files.allSatisfy { $0.count == 3 << 20 })
        }
    }

    @Test func withoutAFolderBytesStayInMemory() throws {
        let told = Locked<[Errno]>([])
        let spool = Spool(folder: "/nowhere/at/all", memory: 0) { notice in
            if case .noFile(let error) = notice { told.withLock { $0.append(error) } }
        }
        let files = [spool.keep(ByteBuffer("moved")), spool.keep(copying: ByteBuffer("copied"))]
        #expect(try text(files[0]) == "moved")
        #expect(try text(files[1]) == "copied")
        #expect(spool.inMemory == 11 && spool.inFiles == 0)
        #expect(told.withLock { $0 } == [.noSuchFile, .noSuchFile])
    }

    @Test func picturesAndReferencesInFilesAreTheSame() throws {
        try withTemporaryFolder { folder in
            let bench = Bench {
                ($0.referenceMemory, $0.resultMemory, $0.spoolFolder) = (0, 0, folder)
            }
            let task = try bench.submit("a cat")
            #expect(bench.outcome(task.id) == .ready)
            #expect(bench.picture(task.id) == "made of a cat")
            #expect(bench.workshop.counts.memoryBytes == 0)
        }
    }

    private func text(_ file: StoredFile) throws -> String {
        var room = ByteBuffer()
        return try file.withBytes(&room) { $0.text }
    }

    /// The descriptors of this process that lead to files in a folder, with or without a name there.
    private func openFiles(in folder: String) -> Int {
        (0..<1024).count { number in
            var name = [CChar](repeating: 0, count: 4096)
            let count = unsafe readlink("/proc/self/fd/\(number)", &name, name.count)
            let target = name.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
            return String(decoding: target, as: UTF8.self).hasPrefix(folder)
        }
    }
}
