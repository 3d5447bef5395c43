internal import Crypto

/// A file that pictures are made from. It stays stored while a reference to it exists.
public struct InputImage: Sendable {
    let owned: OwnedBlob
    let digest: SHA256.Digest
    /// The maximum memory for decoding it; 0 if it is not an image.
    let decodingBytes: Int

    /// The size of the file in bytes.
    public var count: Int { owned.blob.count }
    public var file: Blob { owned.blob }
}

// Equality compares the content of the file, not its location.
extension InputImage: Hashable {
    public static func == (one: InputImage, other: InputImage) -> Bool { one.digest == other.digest }
    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
