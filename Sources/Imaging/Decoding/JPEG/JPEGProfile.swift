internal import Bytes

/// An ICC profile in its pieces (ICC.1, B.4): each says which of how many it is.
struct JPEGProfile {
    private var pieces: [UInt8: Range<Int>] = [:]
    private var count: UInt8?
    private var isBroken = false

    /// Looks at the body of an APP2 segment.
    mutating func take(_ body: Range<Int>, _ bytes: Span<UInt8>) {
        guard body.count >= 14, bytes.holds(Self.marker, at: body.lowerBound) else { return }
        let (number, total) = (bytes[body.lowerBound + 12], bytes[body.lowerBound + 13])
        if number == 0 || number > total || pieces[number] != nil || (count ?? total) != total { isBroken = true }
        count = total
        pieces[number] = body.lowerBound + 14..<body.upperBound
    }

    /// The color space of the profile; a profile with a missing piece is ignored.
    func space(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) -> ColorSpace {
        guard let count else { return .sRGB }
        guard !isBroken, pieces.count == Int(count) else { return .unreadable }
        let size = pieces.values.reduce(0) { $0 + $1.count }
        guard size <= limits.profileBytes else {
            throw ImageError(.jpeg, .tooMuch(.profileBytes, asked: size, allowed: limits.profileBytes))
        }
        var profile = ByteBuffer(capacity: size)
        for number in 1...count {
            if let piece = pieces[number] { profile.append(bytes.extracting(piece)) }
        }
        return .profile(profile)
    }

    private static let marker = StaticBytes(Array("ICC_PROFILE".utf8) + [0])
}
