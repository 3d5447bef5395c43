@_spi(Comparison) import Bytes
import TestSupport
import Testing

@Suite struct Base64Tests {
    /// The decoded bytes, or the reason and offset of the error: "padding at 3".
    static func decode(
        _ text: String, _ alphabet: Base64.Alphabet = .standard, _ padding: Base64.Padding = .optional,
        _ whiteSpace: Base64.WhiteSpace = .refused
    ) -> String {
        var bytes = ByteBuffer("held:")
        do throws(Base64.DecodingError) {
            try Base64.decode(
                text.utf8.span, into: &bytes, alphabet: alphabet, padding: padding, whiteSpace: whiteSpace)
            return bytes.bytes.text
        } catch {
            let held = bytes.bytes.text
            return held == "held:" ? "\(error.reason) at \(error.offset)" : "a refused text left \(held)"
        }
    }

    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the test vectors of RFC 4648 hold`(plain: String, encoded: String) {
        var text = ByteBuffer()
        Base64.encode(plain.utf8.span, into: &text)
        let written = text.bytes.text
        #expect(written == encoded)
        #expect(Self.decode(encoded) == "held:" + plain)
        #expect(Self.decode(encoded, .standard, .required) == "held:" + plain)
        let bare = String(encoded.prefix { $0 != "=" })
        #expect(Self.decode(bare) == "held:" + plain)
        if bare != encoded {
            #expect(Self.decode(bare, .standard, .required) == "end at \(bare.utf8.count)")
        }
    }

    @Test func `the standard and URL alphabets differ in two characters`() {
        #expect(Self.decode("Pz8/Pj4+") == "held:???>>>")
        #expect(Self.decode("Pz8_Pj4-", .urlSafe) == "held:???>>>")
        #expect(Self.decode("Pz8_Pj4-") == "character at 3")
        #expect(Self.decode("Pz8/Pj4+", .urlSafe) == "character at 3")
    }

    @Test(arguments: [
        ("Zg=", "end at 3"), ("Z", "end at 1"), ("Zm9vY", "end at 5"), ("=", "padding at 0"), ("Z===", "padding at 1"),
        ("Zg===", "padding at 4"), ("Zg==Zg==", "padding at 4"), ("Zm9v=", "padding at 4"), ("Zg=v", "padding at 3"),
        ("Zg== ", "padding at 4"), ("Zm 9v", "character at 2"), ("Zm9v\n", "character at 4"),
        ("data:,", "character at 4"),
    ])
    func `a decoding error has the offset of the wrong byte`(text: String, refusal: String) {
        #expect(Self.decode(text) == refusal)
    }

    @Test(arguments: [" Zm9v YmFy ", "Z\tm\r\n9vYmF\ny", "Zm9vYmFy\n\n", "\n\nZm9vYm\nFy"])
    func `white space is skipped on request`(text: String) {
        #expect(Self.decode(text, .standard, .optional, .skipped) == "held:foobar")
        #expect(Self.decode(text).hasPrefix("character at "))
    }

    @Test func `skipped white space may surround padding`() {
        #expect(Self.decode("Zg = = \n", .standard, .required, .skipped) == "held:f")
        #expect(Self.decode("Zg = = Zg", .standard, .required, .skipped) == "padding at 7")
    }

    @Test(arguments: [Base64.Alphabet.standard, .urlSafe])
    func `lines of 76 characters decode`(alphabet: Base64.Alphabet) throws {
        var random = Seeded(76)
        let plain = random.bytes(4000)
        var text = ByteBuffer()
        Base64.encode(plain.bytes, into: &text)
        var lines = ByteBuffer()
        for i in text.bytes.indices {
            if i % 76 == 0 { lines.append("\r\n" as StaticString) }
            let byte = text.bytes[i]
            let isSafe = alphabet == .urlSafe
            lines.append(byte == 0x2B && isSafe ? 0x2D : byte == 0x2F && isSafe ? 0x5F : byte)
        }
        var decoded = ByteBuffer()
        try Base64.decode(lines.bytes, into: &decoded, alphabet: alphabet, padding: .required, whiteSpace: .skipped)
        let same = decoded.bytes.equals(plain.bytes)
        #expect(same)
    }

    // MARK: - The processor's own instructions against plain C

    /// Decodes the groups of a text both ways: how far each reads, and whether they write the same.
    static func compare(_ text: Span<UInt8>, _ alphabet: Base64.Alphabet) -> (own: Int, portable: Int, same: Bool) {
        // No byte more than needed, so that the address sanitizer sees a write beyond.
        var own = ByteBuffer(capacity: text.count / 4 * 3)
        var portable = ByteBuffer(capacity: text.count / 4 * 3)
        let ownRead = Base64.decodeGroups(text, alphabet, into: &own)
        let portableRead = Base64.decodeGroups(text, alphabet, into: &portable, portably: true)
        return (ownRead, portableRead, own.bytes.equals(portable.bytes))
    }

    @Test(arguments: [Base64.Alphabet.standard, .urlSafe])
    func `vector and portable decoding stop at the same wrong character`(alphabet: Base64.Alphabet) {
        let characters = Self.alphabet(alphabet)
        let isLetter = (0...255).map { characters.contains(UInt8($0)) }
        var random = Seeded(64)
        // Two blocks and a tail: each place of a block sees each of the 256 bytes.
        let text = random.text(of: characters, count: 140)
        for place in 0..<text.count {
            for byte in UInt8.min...UInt8.max {
                var changed = ByteBuffer(text.span)
                var bytes = changed.mutableBytes
                bytes[place] = byte
                let (own, portable, same) = Self.compare(changed.bytes, alphabet)
                let expected = isLetter[Int(byte)] ? text.count : place / 4 * 4
                guard own == expected, portable == expected, same else {
                    Issue.record("byte \(byte) at \(place): \(own), \(portable), same: \(same)")
                    return
                }
            }
        }
    }

    @Test(arguments: [Base64.Alphabet.standard, .urlSafe])
    func `vector and portable decoding agree on random texts of every length`(alphabet: Base64.Alphabet) {
        let characters = Self.alphabet(alphabet)
        var random = Seeded(4648)
        for round in 0..<4000 {
            var text = random.text(of: characters, count: round % 300)
            // Half of them with bytes from anywhere.
            if round % 2 == 1, !text.isEmpty {
                text[Int(random.next() % UInt64(text.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            let (own, portable, same) = Self.compare(text.span, alphabet)
            guard own == portable, same else {
                Issue.record("\(text): \(own), \(portable), same: \(same)")
                return
            }
        }
    }

    @Test func `vector and portable encoding agree, and decoding restores the bytes`() throws {
        var random = Seeded(3)
        for count in 0..<400 {
            let plain = random.bytes(count)
            var own = ByteBuffer(capacity: count / 3 * 4)
            var portable = ByteBuffer(capacity: count / 3 * 4)
            let ownRead = Base64.encodeGroups(plain.bytes, into: &own)
            let portableRead = Base64.encodeGroups(plain.bytes, into: &portable, portably: true)
            let same = own.bytes.equals(portable.bytes)
            var text = ByteBuffer()
            var back = ByteBuffer()
            Base64.encode(plain.bytes, into: &text)
            try Base64.decode(text.bytes, into: &back, padding: .required)
            let (written, isBack) = (text.count, back.bytes.equals(plain.bytes))
            #expect(ownRead == portableRead && ownRead == count / 3 * 3 && same)
            #expect(written == Base64.encodedCount(count) && isBack)
        }
    }

    static func alphabet(_ alphabet: Base64.Alphabet) -> [UInt8] {
        let common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return Array((common + (alphabet == .urlSafe ? "-_" : "+/")).utf8)
    }
}
