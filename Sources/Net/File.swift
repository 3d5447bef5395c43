public import Bytes
import CShims
import Glibc
public import System

/// Whole files.
public enum File {
    /// Reads a file, or standard input for `-`, as far as `limit` bytes; one byte more shows that there was more. The
    /// corresponding C functions are `open` and `read`.
    public static func read(_ path: FilePath, upTo limit: Int) throws(Errno) -> ByteBuffer {
        if path == .dash { return try read(StandardStreams.input, upTo: limit) }
        let file = try open(path, O_RDONLY)
        return try read(file.number, upTo: limit)
    }

    /// The first bytes of a plain file, at most `count`; `nil` for anything that could be read only once. The corresponding
    /// C functions are `open` and `read`.
    public static func beginning(of path: FilePath, _ count: Int) throws(Errno) -> ByteBuffer? {
        guard path != .dash, let status = Status(path), status.kind == S_IFREG else { return nil }
        let file = try open(path, O_RDONLY)
        return try read(file.number, upTo: count - 1)
    }

    private static func read(_ number: CInt, upTo limit: Int) throws(Errno) -> ByteBuffer {
        var buffer = ByteBuffer()
        while buffer.count <= limit {
            // The kernel writes at most `count` bytes into room that is the buffer's.
            let count = unsafe try buffer.fill(upTo: min(limit, 256 << 10) + 1) { room throws(Errno) in
                try Syscall.repeating { unsafe Glibc.read(number, room.baseAddress, room.count) }
            }
            if count == 0 { break }
        }
        return buffer
    }

    /// Replaces a file atomically: writes a temporary file beside it and renames that. A link stays, and its target is replaced;
    /// an existing file keeps its owner and its permissions. `-` is standard output, and an existing file that is not plain, such
    /// as a device or a named pipe, is written to in place. The corresponding C functions are `write` and
    /// `rename`.
    public static func replace(_ path: FilePath, with bytes: borrowing ByteBuffer) throws(Errno) {
        if path == .dash { return try write(bytes, to: StandardStreams.output) }
        let before = Status(path)
        switch before?.kind {
        case nil, S_IFREG?: break
        case S_IFDIR?: throw Errno(EISDIR)
        // A rename would put a plain file in the device's place.
        default:
            let device = try open(path, O_WRONLY)
            return try write(bytes, to: device.number)
        }
        let target = try destination(of: path, exists: before != nil)
        let part = try UnfinishedFile(in: target.folder, permissions: before == nil ? 0o666 : 0o600)
        try write(bytes, to: part.number)
        if let before { try part.take(before) }
        try part.move(to: target)
    }

    /// The file that a path leads to through links, which may be written.
    private static func destination(of path: FilePath, exists: Bool) throws(Errno) -> FilePath {
        guard exists else {
            // A link to nothing: like `cp`, it is not taken for a name to make.
            guard Status(path, followsLinks: false) == nil else { throw .noSuchFile }
            return path
        }
        // Null stands for an error; anything else is ours to free.
        guard let resolved = unsafe path.withCString({ unsafe realpath($0, nil) }) else { throw .current }
        defer { unsafe free(resolved) }
        let target = FilePath(
            bytes: unsafe UnsafeBufferPointer(start: resolved, count: strlen(resolved)).map { UInt8(bitPattern: $0) })
        // The folder's permissions would be enough for a rename.
        _ = try Syscall.repeating { unsafe target.withCString { unsafe faccessat(AT_FDCWD, $0, W_OK, AT_EACCESS) } }
        return target
    }

    private static func open(_ path: FilePath, _ flags: CInt) throws(Errno) -> Descriptor {
        Descriptor(
            owning: try Syscall.repeating { unsafe path.withCString { unsafe outpaint_open($0, flags | O_CLOEXEC, 0) } }
        )
    }

    private static func write(_ bytes: borrowing ByteBuffer, to number: CInt) throws(Errno) {
        var done = 0
        while done < bytes.count {
            let rest = bytes.bytes.extracting(done...)
            done += unsafe try rest.withUnsafeBytes { bytes throws(Errno) in
                // The kernel only reads the bytes.
                try Syscall.repeating { unsafe Glibc.write(number, bytes.baseAddress, bytes.count) }
            }
        }
    }

    /// The names of the files in a folder, in order. The corresponding C functions are `opendir` and `readdir`.
    public static func names(in folder: FilePath) throws(Errno) -> [String] {
        // Null stands for an error; anything else is ours to close.
        guard let stream = unsafe folder.withCString({ unsafe opendir($0) }) else { throw .current }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            // The kernel ends the name with a zero; the entry is valid until the next call.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { place in
                unsafe place.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether a path is a folder. The corresponding C function is `fstatat`.
    public static func isFolder(_ path: FilePath) -> Bool { Status(path)?.kind == S_IFDIR }

    /// What identifies a plain file under any name; `nil` if there is none. The corresponding C function
    /// is `fstatat`.
    public static func identity(_ path: FilePath) -> Identity? {
        guard path != .dash, let status = Status(path), status.kind == S_IFREG else { return nil }
        return Identity(device: status.device, number: status.number)
    }

    public struct Identity: Hashable, Sendable {
        let device: UInt
        let number: UInt
    }
}

extension FilePath {
    /// The folder that the file is in.
    fileprivate var folder: FilePath {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return FilePath(bytes: Array(bytes[...slash]))
    }
}
