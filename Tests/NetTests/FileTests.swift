import Bytes
import Glibc
import TestSupport
import Testing

@testable import Net
@testable import System

@Suite struct FileTests {
    @Test func `a name that is not text is read and written`() throws {
        try withTemporaryFolder { folder in
            let path = FilePath(bytes: Array("\(folder)/caf".utf8) + [0xe9])
            try File.replace(path, with: ByteBuffer("picture"))
            #expect(try Self.text(path) == "picture")
            #expect(File.identity(path) != nil)
            #expect(File.identity(FilePath(path.description)) == nil)
        }
    }

    @Test func `the longest name can be written`() throws {
        try withTemporaryFolder { folder in
            let path = FilePath("\(folder)/" + String(repeating: "x", count: 255))
            try File.replace(path, with: ByteBuffer("picture"))
            #expect(try Self.text(path) == "picture")
        }
    }

    @Test(arguments: [0o600, 0o640, 0o755])
    func `a replaced file keeps its permissions`(permissions: mode_t) throws {
        try withTemporaryFolder { folder in
            let path = FilePath("\(folder)/out")
            try File.replace(path, with: ByteBuffer("old"))
            #expect(unsafe chmod("\(folder)/out", permissions) == 0)
            try File.replace(path, with: ByteBuffer("new"))
            #expect(Status(path)?.permissions == permissions)
            #expect(try Self.text(path) == "new")
        }
    }

    @Test func `a link stays and its target is written`() throws {
        try withTemporaryFolder { folder in
            let (link, target) = (FilePath("\(folder)/link"), FilePath("\(folder)/target"))
            try File.replace(target, with: ByteBuffer("old"))
            #expect(unsafe symlink("target", "\(folder)/link") == 0)
            try File.replace(link, with: ByteBuffer("new"))
            #expect(try Self.text(target) == "new")
            #expect(Status(link, followsLinks: false)?.kind == S_IFLNK)
        }
    }

    @Test func `a file that cannot be replaced stays as it is`() throws {
        try withTemporaryFolder { folder in
            #expect(unsafe symlink("nowhere", "\(folder)/link") == 0)
            #expect(throws: Errno.noSuchFile) {
                try File.replace(FilePath("\(folder)/link"), with: ByteBuffer("picture"))
            }
            #expect(throws: Errno(EISDIR)) { try File.replace(FilePath(folder), with: ByteBuffer("picture")) }
            #expect(Status(FilePath("\(folder)/link"), followsLinks: false)?.kind == S_IFLNK)
        }
    }

    @Test func `an unfinished file has a new name and is removed`() throws {
        try withTemporaryFolder { folder in
            do {
                let first = try UnfinishedFile(in: FilePath(folder), permissions: 0o600)
                let second = try UnfinishedFile(in: FilePath(folder), permissions: 0o600)
                #expect(first.number != second.number)
            }
            // A folder with a file in it cannot be removed.
            #expect(unsafe rmdir(folder) == 0)
        }
    }

    @Test func `a pipe is not read for its beginning`() throws {
        try withTemporaryFolder { folder in
            #expect(unsafe mkfifo("\(folder)/pipe", 0o600) == 0)
            #expect(try Self.beginning(FilePath("\(folder)/pipe")) == nil)
            try File.replace(FilePath("\(folder)/file"), with: ByteBuffer("picture"))
            #expect(try Self.beginning(FilePath("\(folder)/file")) == "pict")
        }
    }

    private static func beginning(_ path: FilePath) throws -> String? {
        guard let bytes = try File.beginning(of: path, 4) else { return nil }
        return bytes.bytes.text
    }

    private static func text(_ path: FilePath) throws -> String {
        let file = try File.read(path, upTo: 1 << 10)
        return file.bytes.text
    }
}
