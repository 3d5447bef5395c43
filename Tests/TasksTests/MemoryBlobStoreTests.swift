import Bytes
import Glibc
import System
import TestSupport
import Testing

@testable import Tasks

@Suite struct MemoryBlobStoreTests {
    @Test func `blobs past the memory bound go to a file`() throws {
        try withTemporaryFolder { folder in
            let store = MemoryBlobStore(folder: folder, memory: 25)
            let files = (0..<5).map { store.keep(ByteBuffer("0123456\(100 + $0)")) }
            #expect(store.usage.memory == 20 && store.usage.files == 30)
            for (number, file) in files.enumerated() {
                let isInMemory = if case .memory = file.blob.content { true } else { false }
                #expect(isInMemory == (number < 2))
                let found = try text(file.blob)
                #expect(found == "0123456\(100 + number)" && file.blob.count == 10)
            }
        }
    }

    @Test func `released blobs give their memory back`() throws {
        try withTemporaryFolder { folder in
            let store = MemoryBlobStore(folder: folder, memory: 15)
            for number in 0..<5 {
                let file = store.keep(copying: ByteBuffer("0123456\(100 + number)"))
                #expect(store.usage.memory == 10 && store.usage.files == 0)
                let found = try text(file.blob)
                #expect(found == "0123456\(100 + number)")
            }
            #expect(store.usage.memory == 0)
        }
    }

    @Test func `a file is closed with its last blob`() throws {
        try withTemporaryFolder { folder in
            let store = MemoryBlobStore(folder: folder, memory: 0)
            var files = (0..<5).map { _ in store.keep(ByteBuffer("x")) }
            #expect(openFiles(in: folder) == 1)
            files.removeFirst(4)
            #expect(store.usage.files == 5 && openFiles(in: folder) == 1)
            files = []
            #expect(store.usage.files == 0 && openFiles(in: folder) == 0)
        }
    }

    @Test func `content that is still being sent outlives its blob`() throws {
        try withTemporaryFolder { folder in
            let store = MemoryBlobStore(folder: folder, memory: 0)
            let content = store.keep(ByteBuffer("being sent")).blob.content
            _ = store.keep(ByteBuffer("something else"))
            guard case .file(let file, let range) = content else { return }
            var buffer = ByteBuffer()
            try file.read(range, into: &buffer)
            #expect(buffer.bytes.text == "being sent")
        }
    }

    @Test func `many large blobs share few files`() throws {
        try withTemporaryFolder { folder in
            let store = MemoryBlobStore(folder: folder, memory: 0)
            let block = ByteBuffer(String(repeating: "x", count: 3 << 20))
            let files = (0..<32).map { _ in store.keep(copying: block) }
            #expect(openFiles(in: folder) == 3)
            #expect(store.usage.files == 96 << 20)
            #expect(files.allSatisfy { $0.blob.count == 3 << 20 })
        }
    }

    @Test func `blobs stay in memory if no file can be written`() throws {
        let told = Locked<[Errno]>([])
        let store = MemoryBlobStore(folder: "/nowhere/at/all", memory: 0) { event in
            if case .noFile(let error) = event { told.withLock { $0.append(error) } }
        }
        let files = [store.keep(ByteBuffer("moved")), store.keep(copying: ByteBuffer("copied"))]
        #expect(try text(files[0].blob) == "moved")
        #expect(try text(files[1].blob) == "copied")
        #expect(store.usage.memory == 11 && store.usage.files == 0)
        #expect(told.withLock { $0 } == [.noSuchFile, .noSuchFile])
    }

    @Test func `images and pictures work from files alone`() throws {
        try withTemporaryFolder { folder in
            let test = TestTasks {
                ($0.imageMemory, $0.resultMemory, $0.spoolFolder) = (0, 0, folder)
            }
            let task = try test.submit("a cat")
            #expect(test.outcome(task.id) == .ready)
            #expect(test.picture(task.id) == "made of a cat")
            #expect(test.service.counts.memoryBytes == 0)
        }
    }

    @Test func `a removed blob is still read by its users`() throws {
        let store = MemoryBlobStore(folder: "/var/tmp", memory: 100)
        let blob = store.put(ByteBuffer("bytes"), as: BlobName(1))
        #expect(store.blob(BlobName(1)) === blob && store.blob(BlobName(2)) == nil)
        store.remove(BlobName(1))
        #expect(store.blob(BlobName(1)) == nil && store.usage.memory == 5)
        #expect(try text(blob) == "bytes")
    }

    private func text(_ file: Blob) throws -> String {
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

extension MemoryBlobStore {
    fileprivate func keep(_ bytes: consuming ByteBuffer) -> OwnedBlob {
        let name = BlobName.random()
        return OwnedBlob(name, put(bytes, as: name), in: self)
    }

    fileprivate func keep(copying bytes: borrowing ByteBuffer) -> OwnedBlob {
        let name = BlobName.random()
        return OwnedBlob(name, put(copying: bytes.bytes, as: name), in: self)
    }
}
