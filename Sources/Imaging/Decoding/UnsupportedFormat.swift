internal import Bytes

/// A format that is recognized, so that errors can name it, but not read.
public enum UnsupportedFormat: String, Hashable, Sendable, CaseIterable {
    case gif = "GIF"
    case bmp = "BMP"
    case tiff = "TIFF"
    case avif = "AVIF"
    case heic = "HEIC"
    case jpegXL = "JPEG XL"
    case jpeg2000 = "JPEG 2000"
    case svg = "SVG"
    case html = "HTML"
    case pdf = "PDF"
    case psd = "PSD"
    case icon = "ICO"
    case mng = "MNG"
    case qoi = "QOI"
    case video = "video"

    /// The format that the first bytes of a file indicate.
    init?(_ bytes: Span<UInt8>) {
        for (offset, signature, format) in Self.signatures where bytes.holds(signature, at: offset) {
            self = format
            return
        }
        if bytes.holds("ftyp", at: 4) {
            self = Self.ofBrand(bytes)
        } else if let text = Self.ofText(bytes) {
            self = text
        } else {
            return nil
        }
    }

    /// The brand of an ISO base media file (ISO/IEC 14496-12, 4.3) says what is inside.
    private static func ofBrand(_ bytes: Span<UInt8>) -> UnsupportedFormat {
        if bytes.holds("avif", at: 8) || bytes.holds("avis", at: 8) { return .avif }
        let still: [StaticBytes] = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]
        return still.contains { bytes.holds($0, at: 8) } ? .heic : .video
    }

    /// Markup begins with an element's name, perhaps after a byte order mark, white space, a declaration or comments.
    private static func ofText(_ bytes: Span<UInt8>) -> UnsupportedFormat? {
        var at = bytes.holds([0xef, 0xbb, 0xbf], at: 0) ? 3 : 0
        while at < bytes.count, [0x09, 0x0a, 0x0d, 0x20].contains(bytes[at]) { at += 1 }
        guard at < bytes.count, bytes[at] == UInt8(ascii: "<") else { return nil }
        // Enough for a declaration and a license in a comment, and cheap to search.
        for start in at..<min(bytes.count, at + 4096) where bytes[start] == UInt8(ascii: "<") {
            if bytes.holdsIgnoringCase("<svg", at: start) { return .svg }
            if bytes.holdsIgnoringCase("<html", at: start) || bytes.holdsIgnoringCase("<!doctype html", at: start) {
                return .html
            }
        }
        return nil
    }

    private static let signatures: [(offset: Int, signature: StaticBytes, format: UnsupportedFormat)] = [
        (0, "GIF87a", .gif), (0, "GIF89a", .gif),
        (0, "BM", .bmp),
        (0, [0x49, 0x49, 0x2a, 0], .tiff), (0, [0x4d, 0x4d, 0, 0x2a], .tiff),
        (0, [0x49, 0x49, 0x2b, 0], .tiff), (0, [0x4d, 0x4d, 0, 0x2b], .tiff),
        (0, [0xff, 0x0a], .jpegXL), (4, "JXL ", .jpegXL),
        (4, "jP  ", .jpeg2000), (0, [0xff, 0x4f, 0xff, 0x51], .jpeg2000),
        (0, "%PDF", .pdf),
        (0, "8BPS", .psd),
        (0, [0, 0, 1, 0], .icon),
        (0, [0x8a, 0x4d, 0x4e, 0x47], .mng),
        (0, "qoif", .qoi),
        (0, [0x1a, 0x45, 0xdf, 0xa3], .video),
        (8, "AVI ", .video),
    ]
}

/// A few constant bytes, written as text or as numbers.
struct StaticBytes: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    let values: [UInt8]

    init(_ values: [UInt8]) { self.values = values }
    init(arrayLiteral elements: UInt8...) { values = elements }
    init(stringLiteral text: String) { values = Array(text.utf8) }
}
