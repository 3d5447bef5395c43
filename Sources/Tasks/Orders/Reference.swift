internal import Bytes
internal import Crypto

/// A file that pictures are made of, kept for as long as somebody has the value.
public struct Reference: Sendable {
    let file: StoredFile
    let digest: SHA256.Digest
    /// Bytes that decoding it takes at most; what is no picture takes none.
    let decodingBytes: Int

    /// Its bytes.
    public var count: Int { file.count }
}

// What is in the file counts, not where it is.
extension Reference: Hashable {
    public static func == (one: Reference, other: Reference) -> Bool { one.digest == other.digest }
    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
