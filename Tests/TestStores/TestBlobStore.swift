public import Bytes
import System
public import Tasks

/// A store of bytes written with nothing but the public interface of `Tasks`, one connection to a database that several may
/// share. It fails and takes its time as a test says.
public final class TestBlobStore: BlobStore {
    /// What several connections share.
    public final class Database: Sendable {
        fileprivate let blobs = Locked<[BlobName: Blob]>([:])

        public init() {}
    }

    public let trouble = Trouble()
    private let database: Database

    public init(_ database: Database = Database()) { self.database = database }

    public var mayWait: Bool { true }

    public func put(_ bytes: consuming ByteBuffer, as name: BlobName) throws(StoreError) -> Blob {
        try trouble.meet()
        let blob = Blob(.memory(SharedBytes(bytes)))
        database.blobs.withLock { $0[name] = blob }
        return blob
    }

    public func put(copying bytes: Span<UInt8>, as name: BlobName) throws(StoreError) -> Blob {
        try put(ByteBuffer(bytes), as: name)
    }

    public func blob(_ name: BlobName) throws(StoreError) -> Blob? {
        try trouble.meet()
        return database.blobs.withLock { $0[name] }
    }

    public func remove(_ name: BlobName) throws(StoreError) {
        try trouble.meet()
        database.blobs.withLock { $0[name] = nil }
    }

    public var usage: BlobUsage {
        BlobUsage(memory: database.blobs.withLock { $0.values.reduce(0) { $0 + $1.count } })
    }
}
