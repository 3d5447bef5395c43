import Bytes

/// The encodings JSON text may come in, told from its first bytes as Python's `json.loads` does.
enum TextEncoding: Equatable {
    case utf8
    case utf16(bigEndian: Bool)
    case utf32(bigEndian: Bool)

    /// The encoding, and how many bytes of byte order mark come first.
    static func detect(_ bytes: Span<UInt8>) -> (encoding: TextEncoding, mark: Int) {
        func byte(_ i: Int) -> UInt8? { i < bytes.count ? bytes[i] : nil }
        switch (byte(0), byte(1), byte(2), byte(3)) {
        // The longer mark first: FF FE begins both.
        case (0x00, 0x00, 0xFE, 0xFF): return (.utf32(bigEndian: true), 4)
        case (0xFF, 0xFE, 0x00, 0x00): return (.utf32(bigEndian: false), 4)
        case (0xFE, 0xFF, _, _): return (.utf16(bigEndian: true), 2)
        case (0xFF, 0xFE, _, _): return (.utf16(bigEndian: false), 2)
        case (0xEF, 0xBB, 0xBF, _): return (.utf8, 3)
        // Without a mark: the first character is ASCII, so zeros tell width and order. Three bytes never count as wide.
        case (0x00, 0x00, _?, _?): return (.utf32(bigEndian: true), 0)
        case (0x00, _?, _?, _?): return (.utf16(bigEndian: true), 0)
        case (_?, 0x00, 0x00, 0x00): return (.utf32(bigEndian: false), 0)
        case (_?, 0x00, _?, _?): return (.utf16(bigEndian: false), 0)
        case (0x00, _?, nil, _): return (.utf16(bigEndian: true), 0)
        case (_?, 0x00, nil, _): return (.utf16(bigEndian: false), 0)
        default: return (.utf8, 0)
        }
    }

    /// The text as UTF-8 that keeps lone surrogates, or `nil` if the bytes after the mark are not of this encoding. UTF-8 is not
    /// validated here.
    func decode(_ bytes: Span<UInt8>) -> ByteBuffer? {
        switch self {
        case .utf8: ByteBuffer(bytes)
        case .utf16(let bigEndian): Self.decodeUTF16(bytes, bigEndian)
        case .utf32(let bigEndian): Self.decodeUTF32(bytes, bigEndian)
        }
    }

    private static func decodeUTF16(_ bytes: Span<UInt8>, _ bigEndian: Bool) -> ByteBuffer? {
        guard bytes.count % 2 == 0 else { return nil }
        func unit(_ at: Int) -> UInt32 {
            let (first, second) = (UInt32(bytes[at]), UInt32(bytes[at + 1]))
            return bigEndian ? first << 8 | second : second << 8 | first
        }
        var text = ByteBuffer(capacity: bytes.count)
        var at = 0
        while at < bytes.count {
            var codePoint = unit(at)
            at += 2
            if let joined = at < bytes.count ? Surrogates.join(codePoint, unit(at)) : nil {
                codePoint = joined
                at += 2
            }
            text.append(codePoint: codePoint)
        }
        return text
    }

    private static func decodeUTF32(_ bytes: Span<UInt8>, _ bigEndian: Bool) -> ByteBuffer? {
        guard bytes.count % 4 == 0 else { return nil }
        var text = ByteBuffer(capacity: bytes.count / 4)
        var at = 0
        while at < bytes.count {
            var codePoint: UInt32 = 0
            for i in 0..<4 { codePoint = codePoint << 8 | UInt32(bytes[at + (bigEndian ? i : 3 - i)]) }
            guard codePoint <= 0x10FFFF else { return nil }
            text.append(codePoint: codePoint)
            at += 4
        }
        return text
    }
}

/// The two halves in which UTF-16, and JSON's escapes with it, write what lies beyond U+FFFF.
enum Surrogates {
    static func isSurrogate(_ unit: UInt32) -> Bool { unit & 0xFFFF_F800 == 0xD800 }
    static func isHigh(_ unit: UInt32) -> Bool { unit & 0xFFFF_FC00 == 0xD800 }

    /// The code point of a pair, or `nil` if these are not its two halves in order.
    static func join(_ high: UInt32, _ low: UInt32) -> UInt32? {
        guard isHigh(high), low & 0xFFFF_FC00 == 0xDC00 else { return nil }
        return 0x10000 + ((high & 0x3FF) << 10 | low & 0x3FF)
    }
}
