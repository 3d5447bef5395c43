internal import Bytes
internal import CShims

/// The structure of a PNG file, found in one pass over its chunks before anything is unpacked.
///
/// The checksum of every chunk is verified: a file that is damaged anywhere is refused. Chunks that do not affect pixels
/// are not parsed.
struct PNGLayout {
    let header: PNGHeader
    /// The compressed stream, in pieces.
    private(set) var data: [Range<Int>] = []
    /// Bytes of the compressed stream.
    private(set) var dataBytes = 0
    private(set) var hasPalette = false
    /// Whether a palette's or a single color's transparency is given.
    private(set) var hasTransparency = false
    private(set) var color = PNGColor()

    var hasAlpha: Bool { header.color == .rgba || header.color == .greyAlpha || hasTransparency }

    init(_ bytes: Span<UInt8>, _ limits: ImageLimits) throws(ImageError) {
        header = try PNGHeader(bytes)
        var at = PNGHeader.end
        var chunks = 0
        var name = FourCC.header
        while name != .end {
            guard at + PNGHeader.chunkOverhead <= bytes.count else { throw ImageError(.png, .truncated) }
            let length = bytes.big32(at)
            name = bytes.fourCC(at + 4)
            guard name.isLetters, length <= 0x7fff_ffff else {
                throw ImageError(.png, .corrupt("there is no chunk where one should be"))
            }
            guard at + PNGHeader.chunkOverhead + length <= bytes.count else { throw ImageError(.png, .truncated) }
            chunks += 1
            guard chunks <= limits.chunks else {
                // The remaining chunks are not counted: there are at least this many.
                throw ImageError(.png, .tooMuch(.chunks, asked: chunks, allowed: limits.chunks))
            }
            let body = at + 8..<at + 8 + length
            guard bytes.crc32(at + 4..<body.upperBound) == bytes.big32(body.upperBound) else {
                throw ImageError(.png, .corrupt("chunk \(name.text) does not match its checksum"))
            }
            try take(name, body, bytes)
            at = body.upperBound + 4
        }
        try checkAmount()
    }

    private mutating func take(_ name: FourCC, _ body: Range<Int>, _ bytes: Span<UInt8>) throws(ImageError) {
        switch name {
        case .data:
            // The pieces follow each other, and nothing else comes between (5.6).
            if let last = data.last, last.upperBound + PNGHeader.chunkOverhead != body.lowerBound {
                throw ImageError(.png, .corrupt("the pixels are not in one place"))
            }
            data.append(body)
            dataBytes += body.count
        case .palette:
            hasPalette = true
        case .header where body.lowerBound != 16:
            throw ImageError(.png, .corrupt("there are two headers"))
        case .end where !body.isEmpty:
            throw ImageError(.png, .corrupt("the end is not empty"))
        case .header, .end: break
        default:
            // An upper case letter marks a chunk without which the picture cannot be understood (5.4).
            guard name.isAncillary else { throw ImageError(.png, .unsupported("chunk \(name.text)")) }
            // Color chunks must come before the pixels; later ones are invalid (5.6).
            guard data.isEmpty else { return }
            if name == .transparency { hasTransparency = true } else { color.take(name, body, bytes) }
        }
    }

    /// Deflate packs at most 258 bytes into two bits, so too little data shows before memory is allocated. More than twice
    /// the bytes of the pixels is ballast; small pictures may have some.
    private func checkAmount() throws(ImageError) {
        let unpacked = header.filteredBytes
        guard !data.isEmpty else { throw ImageError(.png, .corrupt("there are no pixels")) }
        guard dataBytes * 1032 >= unpacked else { throw ImageError(.png, .corrupt("too little data for its size")) }
        guard dataBytes <= 2 * unpacked + 65_536 else { throw ImageError(.png, .corrupt("too much data for its size")) }
    }
}

extension Span where Element == UInt8 {
    /// The checksum that PNG uses.
    func crc32(_ range: Range<Int>) -> Int {
        // The C function only reads, and only this range.
        unsafe extracting(range).withUnsafeBufferPointer { unsafe Int(outpaint_crc32($0.baseAddress, $0.count)) }
    }
}
