import CShims

/// Base64 (RFC 4648), read with the strictness the caller asks for and written with padding.
public enum Base64 {
    /// Which two characters encode 62 and 63.
    public enum Alphabet: Sendable {
        /// `+` and `/` (RFC 4648, section 4).
        case standard
        /// `-` and `_` (RFC 4648, section 5).
        case urlSafe
    }

    /// Whether text must be padded with `=` to groups of four.
    public enum Padding: Sendable {
        case required
        /// Either none at all or all of it.
        case optional
    }

    /// What to do with space, tab, CR and LF between characters.
    public enum WhiteSpace: Sendable {
        case refused
        case skipped
    }

    /// Why text is not base64, and where.
    public struct DecodingError: Error, Equatable, Sendable {
        public enum Reason: Sendable {
            /// A character that is not of the alphabet.
            case character
            /// `=` where none may stand, or something other than white space after the last one.
            case padding
            /// The text ends inside a group: a single character left over, or padding missing.
            case end
        }

        public let reason: Reason
        /// The index of the offending byte; the length of the text where it ends too early.
        public let offset: Int
    }
}

// MARK: - Decoding

extension Base64 {
    /// Appends the bytes that `text` stands for; on an error nothing is appended.
    ///
    /// The unused bits of a last group of two or three characters are not looked at (RFC 4648, section 3.5 leaves that
    /// to the decoder, and common ones do not).
    public static func decode(
        _ text: Span<UInt8>, into bytes: inout ByteBuffer,
        alphabet: Alphabet = .standard, padding: Padding = .optional, whiteSpace: WhiteSpace = .refused
    ) throws(DecodingError) {
        let held = bytes.count
        do {
            var decoder = Decoder(text: text, alphabet: alphabet, padding: padding, whiteSpace: whiteSpace)
            try decoder.run(into: &bytes)
        } catch {
            bytes.truncate(to: held)
            throw error
        }
    }

    /// Decodes a text: whole groups in bulk, and one group at a time around other characters.
    private struct Decoder: ~Escapable {
        let text: Span<UInt8>
        let alphabet: Alphabet
        let padding: Padding
        let whiteSpace: WhiteSpace
        var at = 0
        /// The values of the group being read, and how many they are.
        var group: UInt32 = 0
        var held = 0

        @_lifetime(copy text)
        init(text: Span<UInt8>, alphabet: Alphabet, padding: Padding, whiteSpace: WhiteSpace) {
            self.text = text
            self.alphabet = alphabet
            self.padding = padding
            self.whiteSpace = whiteSpace
        }

        mutating func run(into bytes: inout ByteBuffer) throws(DecodingError) {
            bytes.reserveExtra(text.count / 4 * 3 + 3)
            while at < text.count {
                if held == 0 { at += Base64.decodeGroups(text.extracting(at...), alphabet, into: &bytes) }
                try readGroup(into: &bytes)
            }
            try finish(into: &bytes)
        }

        /// Reads to the end of a group or of the text.
        private mutating func readGroup(into bytes: inout ByteBuffer) throws(DecodingError) {
            while at < text.count {
                let value = outpaint_base64_value(text[at], alphabet == .urlSafe)
                if value < 64 {
                    group = group << 6 | UInt32(value)
                    held += 1
                    at += 1
                    guard held == 4 else { continue }
                    for shift: UInt32 in [16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: group >> shift)) }
                    held = 0
                    return
                }
                if isSkipped(text[at]) {
                    at += 1
                } else if text[at] == UInt8(ascii: "=") {
                    return try readPadding()
                } else {
                    throw DecodingError(reason: .character, offset: at)
                }
            }
        }

        /// Reads all of the padding and what may follow it, which is nothing but white space.
        private mutating func readPadding() throws(DecodingError) {
            guard held >= 2 else { throw DecodingError(reason: .padding, offset: at) }
            var missing = 4 - held
            while at < text.count {
                if text[at] == UInt8(ascii: "="), missing > 0 {
                    missing -= 1
                } else if !isSkipped(text[at]) {
                    throw DecodingError(reason: .padding, offset: at)
                }
                at += 1
            }
            guard missing == 0 else { throw DecodingError(reason: .end, offset: at) }
            isPadded = true
        }

        private var isPadded = false

        private mutating func finish(into bytes: inout ByteBuffer) throws(DecodingError) {
            guard held > 0 else { return }
            guard held >= 2, isPadded || padding == .optional else {
                throw DecodingError(reason: .end, offset: text.count)
            }
            group <<= 6 * UInt32(4 - held)
            bytes.append(UInt8(truncatingIfNeeded: group >> 16))
            if held == 3 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
        }

        private func isSkipped(_ byte: UInt8) -> Bool {
            guard whiteSpace == .skipped else { return false }
            return byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
        }
    }

    /// Appends what the whole groups at the front stand for, up to the first that holds anything but the alphabet, and
    /// says how many characters those were. Comparisons do it `portably`, without the processor's own instructions.
    @_spi(Comparison) public static func decodeGroups(
        _ text: Span<UInt8>, _ alphabet: Alphabet, into bytes: inout ByteBuffer, portably: Bool = false
    ) -> Int {
        let decode = unsafe portably ? outpaint_base64_decode_portable : outpaint_base64_decode
        return unsafe text.withUnsafeBufferPointer { text in
            guard let start = text.baseAddress else { return 0 }
            var read = 0
            _ = unsafe bytes.fill(upTo: text.count / 4 * 3) { room in
                // The room is three bytes for each four characters, which is the most that is written.
                let target = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                read = unsafe decode(start, text.count, target, alphabet == .urlSafe)
                return read / 4 * 3
            }
            return read
        }
    }
}

// MARK: - Encoding

extension Base64 {
    /// How many characters `count` bytes become.
    public static func encodedCount(_ count: Int) -> Int {
        (count + 2) / 3 * 4
    }

    /// Appends `bytes` as text of the standard alphabet, padded.
    public static func encode(_ bytes: Span<UInt8>, into text: inout ByteBuffer) {
        text.reserveExtra(encodedCount(bytes.count))
        let done = encodeGroups(bytes, into: &text)
        guard done < bytes.count else { return }

        var last = ByteBuffer(bytes.extracting(done...))
        while last.count < 3 { last.append(0) }
        _ = encodeGroups(last.bytes, into: &text)
        let unused = 3 - (bytes.count - done)
        text.truncate(to: text.count - unused)
        for _ in 0..<unused { text.append(UInt8(ascii: "=")) }
    }

    /// Appends whole groups of three bytes and says how many bytes those were. Comparisons do it `portably`,
    /// without the processor's own instructions.
    @_spi(Comparison) public static func encodeGroups(
        _ bytes: Span<UInt8>, into text: inout ByteBuffer, portably: Bool = false
    ) -> Int {
        let encode = unsafe portably ? outpaint_base64_encode_portable : outpaint_base64_encode
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            var read = 0
            _ = unsafe text.fill(upTo: bytes.count / 3 * 4) { room in
                // The room is four characters for each three bytes, which is the most that is written.
                let target = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                read = unsafe encode(start, bytes.count, target)
                return read / 3 * 4
            }
            return read
        }
    }
}
