public import Crypto

/// A finished picture's file.
public struct Picture: Sendable {
    public let file: StoredFile
    public let md5: MD5.Digest
}
