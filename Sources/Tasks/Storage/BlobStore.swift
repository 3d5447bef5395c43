public import Bytes

/// Stores bytes by name. Calls may block.
public protocol BlobStore: Sendable {
    /// Whether reading may wait for a network.
    var mayWait: Bool { get }

    /// Stores bytes under a name that is not in use.
    func put(_ bytes: consuming ByteBuffer, as name: BlobName) throws(StoreError) -> Blob
    /// Stores a copy of bytes that the caller still needs.
    func put(copying bytes: Span<UInt8>, as name: BlobName) throws(StoreError) -> Blob

    func blob(_ name: BlobName) throws(StoreError) -> Blob?

    /// Removes a blob. Existing references to it remain readable.
    func remove(_ name: BlobName) throws(StoreError)

    /// The memory and file space in use.
    var usage: BlobUsage { get }
}

/// The name of a blob in a store, unique to it.
public struct BlobName: Hashable, Sendable {
    public let number: UInt128

    public init(_ number: UInt128) { self.number = number }

    public static func random() -> BlobName { BlobName(.random(in: 1 ... .max)) }
}

/// Bytes in memory, and bytes of files including those of removed blobs.
public struct BlobUsage: Equatable, Sendable {
    public var memory = 0
    public var files = 0

    public init(memory: Int = 0, files: Int = 0) { (self.memory, self.files) = (memory, files) }

    public var total: Int { memory + files }
}

/// A blob that is removed from its store when its last reference is gone.
public final class OwnedBlob: Sendable {
    public let name: BlobName
    public let blob: Blob
    private let store: any BlobStore

    public init(_ name: BlobName, _ blob: Blob, in store: any BlobStore) {
        (self.name, self.blob, self.store) = (name, blob, store)
    }

    // A store that cannot remove the blob now only keeps it longer than needed.
    deinit { try? store.remove(name) }
}
