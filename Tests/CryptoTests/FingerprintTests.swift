import Bytes
import Crypto
import Testing

@Suite struct FingerprintTests {
    /// Made with Python's `cryptography`: the tag of AESGCM for no message under a nonce of zeros, and the length as eight bytes
    /// with the lowest first, hashed by SHA-256.
    @Test(arguments: [
        (0, "73f2b174994282d4f1a103815107c054a260bf2bf417f507d7ecf78ae52eeedc"),
        (3, "7d0bca1656da472e1c82417f286e0436fbd949b4bed8113b9a42a559c177d78c"),
        (100_003, "740bf099fc21b62ede8139d8e0a96454906401168c717fab5f40f1af558c4d27"),
    ])
    func `a fingerprint is the GCM authentication code`(count: Int, expected: String) {
        var bytes = ByteBuffer(capacity: count)
        if count == 3 { bytes.append("abc") } else { for i in 0..<count { bytes.append(UInt8(i % 251)) } }
        let found = hex(Fingerprint(key: key(0)).of(bytes.bytes))
        #expect(found == expected)
    }

    @Test func `another key or another bit gives another fingerprint`() {
        var bytes = ByteBuffer("the same file")
        let one = Fingerprint(key: key(0)).of(bytes.bytes)
        #expect(Fingerprint(key: key(0)).of(bytes.bytes) == one)
        #expect(Fingerprint(key: key(1)).of(bytes.bytes) != one)
        bytes.append(0)
        #expect(Fingerprint(key: key(0)).of(bytes.bytes) != one)
    }

    private func key(_ first: UInt8) -> ByteBuffer {
        var key = ByteBuffer(capacity: 16)
        for i in 0..<16 { key.append(first &+ UInt8(i)) }
        return key
    }

    private func hex(_ digest: SHA256.Digest) -> String {
        var text = ByteBuffer(capacity: 64)
        text.append(hex: digest.bytes.bytes)
        return text.bytes.text
    }
}
