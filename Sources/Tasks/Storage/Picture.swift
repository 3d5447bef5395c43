public import Crypto

/// A finished picture's file.
public struct Picture: Sendable {
    let owned: OwnedBlob
    public let md5: MD5.Digest

    public var file: Blob { owned.blob }
}
