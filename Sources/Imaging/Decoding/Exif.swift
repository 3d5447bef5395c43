internal import Bytes

/// Reads the orientation from an Exif block. A broken block is ignored, as in browsers: the picture may be fine.
enum Exif {
    /// The orientation in a TIFF structure. Some writers of WebP put it after the marker that JPEG needs.
    static func orientation(_ block: Span<UInt8>) -> ImageOrientation? {
        let tiff = block.holds(Self.marker, at: 0) ? block.extracting(6...) : block
        guard tiff.count >= 8 else { return nil }
        let big = tiff.holds([0x4d, 0x4d, 0, 0x2a], at: 0)
        guard big || tiff.holds([0x49, 0x49, 0x2a, 0], at: 0) else { return nil }
        func number16(_ at: Int) -> Int { big ? tiff.big16(at) : tiff.little16(at) }
        func number32(_ at: Int) -> Int { big ? tiff.big32(at) : tiff.little32(at) }

        // The first directory: a count, then entries of twelve bytes: tag, type, count, value.
        let directory = number32(4)
        guard directory + 2 <= tiff.count else { return nil }
        let entries = number16(directory)
        for index in 0..<entries {
            let entry = directory + 2 + index * 12
            guard entry + 12 <= tiff.count else { return nil }
            guard number16(entry) == 0x0112 else { continue }
            // The type must be SHORT, and a single one.
            guard number16(entry + 2) == 3, number32(entry + 4) == 1 else { return nil }
            return ImageOrientation(rawValue: UInt8(truncatingIfNeeded: min(number16(entry + 8), 255)))
        }
        return nil
    }

    static let marker = StaticBytes([0x45, 0x78, 0x69, 0x66, 0, 0])
}
