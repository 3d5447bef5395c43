/// The name of a chunk: four letters.
struct FourCC: Hashable, ExpressibleByStringLiteral {
    let value: UInt32

    init(value: UInt32) { self.value = value }
    init(stringLiteral text: String) { value = text.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

    /// The letters, with a question mark for any other byte.
    var text: String {
        let bytes = (0..<4).map { letter($0) }
        return String(decoding: bytes.map { $0 > 0x20 && $0 < 0x7f ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    var isLetters: Bool { isLetter(0) && isLetter(1) && isLetter(2) && isLetter(3) }

    /// Whether a reader of PNG may ignore such a chunk.
    var isAncillary: Bool { letter(0) & 0x20 != 0 }

    private func letter(_ index: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value >> (24 - index * 8)) }

    private func isLetter(_ index: UInt32) -> Bool { (letter(index) | 0x20) &- 0x61 < 26 }
}

/// The chunks of PNG that matter, as constants: a file may have thousands to compare with.
extension FourCC {
    static let header: FourCC = "IHDR"
    static let palette: FourCC = "PLTE"
    static let data: FourCC = "IDAT"
    static let end: FourCC = "IEND"
    static let transparency: FourCC = "tRNS"
    static let codePoints: FourCC = "cICP"
    static let profile: FourCC = "iCCP"
    static let standard: FourCC = "sRGB"
    static let gamma: FourCC = "gAMA"
    static let chromaticities: FourCC = "cHRM"
}
