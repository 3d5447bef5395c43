import CShims
import Glibc
import System

/// A file that is written under an unpredictable name, and removed unless it is moved to its final one.
struct UnfinishedFile: ~Copyable {
    private let name: FilePath
    private let descriptor: Descriptor

    /// The names in use. Locked while a file is made or removed, so that `removeAll` misses none.
    private static let names = Locked<Set<FilePath>>([])

    /// Never opens an existing file, nor one through a link. The corresponding C function
    /// is `open` with `O_EXCL`.
    init(in folder: FilePath, permissions: mode_t) throws(Errno) {
        let name = FilePath(bytes: folder.bytes + [UInt8(ascii: "/")] + Array(".outpaint-".utf8) + Self.letters())
        descriptor = try Self.names.withLock { names throws(Errno) in
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            let number = try Syscall.repeating {
                unsafe name.withCString { unsafe outpaint_open($0, flags, permissions) }
            }
            names.insert(name)
            return Descriptor(owning: number)
        }
        self.name = name
    }

    deinit {
        Self.names.withLock { names in
            if names.remove(name) != nil { Self.remove(name) }
        }
    }

    var number: CInt { descriptor.number }

    /// Takes over the owner and the permissions of another file. The corresponding C functions are `fchown` and `fchmod`.
    func take(_ other: Status) throws(Errno) {
        // Only root may give files away; a user who replaces another's file becomes its owner, as with any new file.
        _ = fchown(number, other.owner, other.group)
        _ = try Syscall.repeating { fchmod(number, other.permissions) }
    }

    /// Moves the file to its final name. The corresponding C function is `rename`.
    func move(to target: FilePath) throws(Errno) {
        try Self.names.withLock { names throws(Errno) in
            _ = try Syscall.repeating {
                unsafe name.withCString { from in unsafe target.withCString { unsafe rename(from, $0) } }
            }
            names.remove(name)
        }
    }

    /// Removes all unfinished files and calls `last`, while no new one can be made.
    static func removeAll(then last: () -> Never) -> Never {
        names.withLock { names in
            for name in names { remove(name) }
            last()
        }
    }

    private static func remove(_ name: FilePath) {
        _ = unsafe name.withCString { unsafe unlink($0) }
    }

    /// Forty bits from the kernel, as letters that stand in any file system.
    private static func letters() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        return (0..<8).map { _ in alphabet[Int(random.next(upperBound: UInt64(alphabet.count)))] }
    }
}
