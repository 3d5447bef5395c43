public import Bytes
internal import Crypto
internal import System
public import Time

/// All mutable state of the emulator, in parts that can be reset, exported and imported, for all keys or for one.
public final class World: Sendable {
    private let parts = Locked<[any WorldPart]>([])

    public init() {}

    /// Adds a part. Parts are exported and imported in the order they were added.
    public func add(_ part: any WorldPart) { parts.withLock { $0.append(part) } }

    /// Resets a key, or everything, to the initial state.
    public func reset(_ key: KeyID? = nil) {
        for part in parts.withLock({ $0 }) { part.reset(key) }
    }

    private static let magic: UInt64 = 0x6f75_7470_6169_6e74
    /// Incremented when the content of an archive changes.
    private static let version = 3

    /// Exports the state of a key, or everything. The archive contains no API keys, but addresses and texts as clients sent them.
    public func export(_ key: KeyID? = nil) throws(WorldError) -> ByteBuffer {
        var archive = ArchiveWriter()
        archive.write(World.magic)
        archive.write(World.version)
        archive.write(optional: key) { $1.write($0) }
        for part in parts.withLock({ $0 }) {
            var content = ArchiveWriter()
            try part.export(key, to: &content)
            archive.write("\(part.name)")
            let bytes = content.finish()
            archive.write(bytes.bytes)
        }
        var bytes = archive.finish()
        bytes.append(SHA256.digest(bytes.bytes).bytes.bytes)
        return bytes
    }

    /// Replaces the state of a key, or everything. If the archive cannot be read, the current state is unchanged.
    public func load(_ archive: SharedBytes, _ key: KeyID? = nil) throws(WorldError) {
        let contents = try contents(of: archive, key)
        // All parts parse their content before any part changes.
        var loads: [() throws(WorldError) -> Void] = []
        for (part, content) in contents { loads.append(try part.prepare(content)) }
        reset(key)
        for load in loads { try load() }
    }

    private func contents(of archive: SharedBytes, _ key: KeyID?) throws(WorldError) -> [(any WorldPart, SharedBytes)] {
        do throws(ArchiveError) {
            var reader = ArchiveReader(archive)
            guard try reader.word() == World.magic else { throw ArchiveError(offset: 0) }
            let version = try reader.integer()
            guard version == World.version else { throw ArchiveError(offset: World.versionMark) }
            // A digest of all before it is the last value.
            let end = archive.count - World.digestSize
            guard end >= reader.offset else { throw reader.error }
            let digest = SHA256.digest(archive.bytes.extracting(..<end)).bytes
            guard archive.bytes.extracting(end...).equals(digest.bytes) else { throw reader.error }
            let scope = try reader.optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.key() }
            guard scope == key else { throw ArchiveError(offset: World.scopeMark) }
            var contents: [(any WorldPart, SharedBytes)] = []
            for part in parts.withLock({ $0 }) {
                guard try reader.text() == "\(part.name)" else { throw reader.error }
                contents.append((part, SharedBytes(try reader.run())))
            }
            guard reader.offset == end else { throw reader.error }
            return contents
        } catch {
            switch error.offset {
            case World.versionMark: throw .otherVersion
            case World.scopeMark: throw .otherScope
            default: throw .damaged(error)
            }
        }
    }

    private static let digestSize = 32
    private static let versionMark = -1
    private static let scopeMark = -2
}

/// A part of the world.
public protocol WorldPart: Sendable {
    var name: StaticString { get }

    /// Discards the state of a key, or everything.
    func reset(_ key: KeyID?)

    func export(_ key: KeyID?, to archive: inout ArchiveWriter) throws(WorldError)

    /// Parses exported content and returns a closure that applies it.
    func prepare(_ content: SharedBytes) throws(WorldError) -> () throws(WorldError) -> Void
}

/// Why a state could not be exported or loaded.
public enum WorldError: Error, Hashable, Sendable {
    /// Another version of the program wrote the archive.
    case otherVersion
    /// The archive has the state of another key, of one key instead of all, or of all instead of one.
    case otherScope
    case damaged(ArchiveError)
    case store(StoreError)
    /// A blob could not be read.
    case unreadable
}

extension WorldPart {
    /// Reads an archive to its end.
    public func reading<Value>(
        _ content: SharedBytes, _ body: (inout ArchiveReader) throws(ArchiveError) -> Value
    ) throws(WorldError) -> Value {
        do throws(ArchiveError) {
            var reader = ArchiveReader(content)
            let value = try body(&reader)
            guard reader.isAtEnd else { throw reader.error }
            return value
        } catch {
            throw .damaged(error)
        }
    }
}
