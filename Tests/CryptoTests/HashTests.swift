import Bytes
import Crypto
import Testing

@Suite struct HashTests {
    /// FIPS 180-4 and RFC 1321 give these.
    @Test(arguments: [
        (
            "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "900150983cd24fb0d6963f7d28e17f72"
        ),
        (
            "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "d41d8cd98f00b204e9800998ecf8427e"
        ),
    ])
    func `hashes match the examples of the standards`(text: String, sha256: String, md5: String) {
        let message = ByteBuffer(text)
        #expect(hex(SHA256.digest(message.bytes).bytes) == sha256)
        #expect(hex(MD5.digest(message.bytes).bytes) == md5)
    }

    @Test func `a hash does not depend on how its input is split`() {
        var message = ByteBuffer()
        for i in 0..<1000 { message.append(UInt8(truncatingIfNeeded: i &* 7)) }
        let whole = "89f4ff56a25dd1db06a4ce6033603775d705fb96f30f8693733fef602a1ca532"
        let md5 = MD5.digest(message.bytes)
        for step in [1, 63, 64, 65, 999] {
            var parts = SHA256()
            var md5Parts = MD5()
            for from in stride(from: 0, to: 1000, by: step) {
                parts.update(message.bytes.extracting(from..<min(from + step, 1000)))
                md5Parts.update(message.bytes.extracting(from..<min(from + step, 1000)))
            }
            #expect(hex(parts.finish().bytes) == whole)
            #expect(md5Parts.finish() == md5)
        }
    }

    @Test func `a copied hash continues independently of the original`() {
        var hash = SHA256()
        hash.update(ByteBuffer("a"))
        var other = hash
        other.update(ByteBuffer("b"))
        #expect(hash.finish() == SHA256.digest(ByteBuffer("a").bytes))
        #expect(other.finish() == SHA256.digest(ByteBuffer("ab").bytes))
    }

    @Test func `a digest as numbers has the bytes in order`() {
        let numbers = SHA256.digest(ByteBuffer("abc").bytes).numbers
        #expect(numbers.0 == 0xba78_16bf_8f01_cfea)
        #expect(numbers.3 == 0xb410_ff61_f200_15ad)
    }

    /// RFC 4231, cases 1, 2 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `HMAC codes match the examples of the standards`(key: [UInt8], message: String, code: String) {
        var hmac = HMAC(key: key.span)
        hmac.update(ByteBuffer(message))
        #expect(hex(hmac.finish().bytes) == code)
    }

    @Test func `constant-time comparison tells equal from unequal bytes`() {
        #expect(equal("signature", "signature"))
        #expect(!equal("signature", "signaturf"))
        #expect(!equal("signature", "signatur"))
        #expect(equal("", ""))
    }

    private func equal(_ a: String, _ b: String) -> Bool {
        ByteBuffer(a).bytes.equalsInConstantTime(ByteBuffer(b).bytes)
    }

    @Test func `random bytes have the requested count and differ each time`() {
        for count in [0, 1, 8, 31] {
            let bytes = ByteBuffer.random(count)
            #expect(bytes.count == count)
        }
        #expect(hex(.random(32)) != hex(.random(32)))
    }

    private func hex(_ bytes: borrowing ByteBuffer) -> String {
        var text = ByteBuffer()
        text.append(hex: bytes.bytes)
        return text.bytes.text
    }
}
