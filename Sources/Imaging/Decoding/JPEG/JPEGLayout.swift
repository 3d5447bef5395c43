internal import Bytes
internal import Glibc

/// The structure of a JPEG file by its markers (ITU-T T.81, B.1.1), found without decoding.
struct JPEGLayout {
    /// How far to read: the probe needs no more than the headers.
    enum Extent {
        case firstScan
        case end
    }

    let frame: JPEGFrame
    private(set) var orientation = ImageOrientation.upright
    private(set) var profile = JPEGProfile()
    private(set) var scans = 0
    /// The components that some scan holds.
    private var scanned: Set<UInt8> = []

    init(_ bytes: Span<UInt8>, through extent: Extent) throws(ImageError) {
        var walk = JPEGMarkers(bytes)
        var frame: JPEGFrame?
        var hasExif = false
        segments: while let segment = try walk.next() {
            let body = bytes.extracting(segment.body)
            switch segment.code {
            case 0xc0...0xcf where ![0xc4, 0xc8, 0xcc].contains(segment.code):
                guard frame == nil else { throw ImageError(.jpeg, .corrupt("there are two frames")) }
                frame = try JPEGFrame(segment.code, body)
            case 0xda:
                guard frame != nil else { throw ImageError(.jpeg, .corrupt("a scan comes before the frame")) }
                scans += 1
                // Their number, then two bytes each.
                if body.count > 0, body.count >= 1 + Int(body[0]) * 2 {
                    for index in 0..<Int(body[0]) { scanned.insert(body[1 + index * 2]) }
                }
                if extent == .firstScan { break segments }
                walk.skipScan()
            case 0xe1 where !hasExif && body.holds(Exif.marker, at: 0):
                hasExif = true
                orientation = Exif.orientation(body) ?? .upright
            case 0xe2:
                profile.take(segment.body, bytes)
            default: break
            }
        }
        guard let frame, scans > 0 else { throw ImageError(.jpeg, .corrupt("there is no picture")) }
        self.frame = frame
    }

    /// Bytes of the stored pixels, and of RGB or turned ones beside them.
    var rasterBytes: Int {
        let pixels = frame.width * frame.height
        let isCMYK = frame.components.count == 4
        return pixels * (isCMYK ? 4 : 3) + (isCMYK || orientation != .upright ? pixels * 3 : 0)
    }

    /// Bytes of all coefficients, which the library keeps if several scans make up the picture.
    var coefficientBytes: Int { frame.blocks * 128 }

    /// Refuses files that would cost much before they fail, and those whose missing parts the library would fill with gray.
    func check(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) {
        guard scans <= limits.scans else {
            throw ImageError(.jpeg, .tooMuch(.scans, asked: scans, allowed: limits.scans))
        }
        guard frame.components.allSatisfy({ scanned.contains($0.number) }) else {
            throw ImageError(.jpeg, .corrupt("a component has no scan"))
        }
        // Each block costs a bit at least, unless it is coded arithmetically.
        guard frame.coding == .arithmetic || bytes.count * 8 >= frame.blocks else {
            throw ImageError(.jpeg, .corrupt("too little data for its size"))
        }
    }
}

/// Walks from marker to marker.
private struct JPEGMarkers: ~Escapable {
    struct Segment {
        let code: UInt8
        let body: Range<Int>
    }

    private let bytes: Span<UInt8>
    private var at = 2

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// The next segment, or `nil` at the end of the image. Bytes after it are ignored.
    mutating func next() throws(ImageError) -> Segment? {
        while true {
            guard at < bytes.count else { throw ImageError(.jpeg, .truncated) }
            guard bytes[at] == 0xff else { throw ImageError(.jpeg, .corrupt("there is no marker where one should be")) }
            // Any number of fill bytes may come before a marker.
            while at < bytes.count, bytes[at] == 0xff { at += 1 }
            guard at < bytes.count else { throw ImageError(.jpeg, .truncated) }
            let code = bytes[at]
            at += 1
            switch code {
            case 0xd9: return nil
            // These have no segment, and no meaning outside of a scan.
            case 0x01, 0xd0...0xd7: continue
            case 0xc0...0xfe where code != 0xd8: return try segment(code)
            default: throw ImageError(.jpeg, .corrupt("a marker stands where it should not"))
            }
        }
    }

    private mutating func segment(_ code: UInt8) throws(ImageError) -> Segment {
        guard at + 2 <= bytes.count else { throw ImageError(.jpeg, .truncated) }
        let length = bytes.big16(at)
        guard length >= 2 else { throw ImageError(.jpeg, .corrupt("a segment has a length of \(length)")) }
        guard at + length <= bytes.count else { throw ImageError(.jpeg, .truncated) }
        defer { at += length }
        return Segment(code: code, body: at + 2..<at + length)
    }

    /// Goes to the first marker after the entropy-coded data that begins here: `ff` followed by neither zero, which
    /// stands for a plain `ff`, nor a restart.
    mutating func skipScan() {
        while let next = bytes.firstIndex(of: 0xff, from: at) {
            at = next
            guard at + 1 < bytes.count else { return }
            let code = bytes[at + 1]
            if code != 0, !(0xd0...0xd7 ~= code) { return }
            at += 2
        }
        at = bytes.count
    }
}

extension Span where Element == UInt8 {
    /// The first place of `byte` from `start` on.
    fileprivate func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        let rest = extracting(start...)
        // The C function reads `count` bytes, and gives an address among them.
        return unsafe rest.withUnsafeBytes { rest in
            guard let base = rest.baseAddress, let found = unsafe memchr(base, Int32(byte), rest.count) else {
                return nil
            }
            return unsafe start + (UnsafeRawPointer(found) - base)
        }
    }
}
