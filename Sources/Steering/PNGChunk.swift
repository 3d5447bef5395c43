internal import Bytes

/// A chunk of a PNG file, as ranges of the file's bytes.
struct PNGChunk {
    let name: Range<Int>
    let content: Range<Int>

    /// Calls `body` with each whole chunk, until it returns false. Does nothing if the bytes are no PNG file.
    static func forEach(in file: Span<UInt8>, _ body: (PNGChunk) -> Bool) {
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        guard file.count >= 8, file.extracting(..<8).equals(signature.span) else { return }
        var at = 8
        // Name, length and checksum take 12 bytes.
        while file.count - at >= 12 {
            let length = (0..<4).reduce(0) { $0 << 8 | Int(file[at + $1]) }
            guard length <= file.count - at - 12 else { return }
            let chunk = PNGChunk(name: at + 4..<at + 8, content: at + 8..<at + 8 + length)
            if !body(chunk) { return }
            at += 12 + length
        }
    }
}

/// The text that a picture brings along in a chunk with the keyword `emulator`.
public enum PictureText {
    private static let keyword: StaticString = "emulator"
    /// The chunk is looked for in so many bytes at the beginning of the file.
    public static let reach = 256 << 10

    /// The text of a PNG file's first such chunk, `tEXt` or `iTXt` without compression.
    public static func text(in file: Span<UInt8>) -> String? {
        var text: String?
        let file = file.extracting(first: min(file.count, reach))
        PNGChunk.forEach(in: file) { chunk in
            let name = file.extracting(chunk.name)
            if name.equals("tEXt") || name.equals("iTXt") {
                text = content(file.extracting(chunk.content), isInternational: name.equals("iTXt"))
            }
            // Chunks after the pixels are ignored.
            return text == nil && !name.equals("IDAT") && !name.equals("IEND")
        }
        return text
    }

    private static func content(_ chunk: Span<UInt8>, isInternational: Bool) -> String? {
        let length = keyword.utf8CodeUnitCount
        guard chunk.count > length, chunk[length] == 0, chunk.extracting(..<length).equals(keyword),
            chunk.count <= length + 1 + SteeringText.limit + 200
        else { return nil }
        var at = length + 1
        if isInternational {
            // A flag and a method of compression, then a language and a translated keyword, each with a zero behind it.
            guard chunk.count >= at + 2, chunk[at] == 0 else { return nil }
            at += 2
            for _ in 0..<2 {
                while at < chunk.count, chunk[at] != 0 { at += 1 }
                at += 1
            }
            guard at <= chunk.count else { return nil }
        }
        return chunk.extracting(at...).text
    }
}

/// The texts in a prompt that steer: what stands between double brackets and begins like `life=`.
public enum PromptText {
    /// The texts, each with the offset of its first character in the prompt.
    public static func texts(in prompt: String) -> [(text: String, offset: Int)] {
        var texts: [(String, Int)] = []
        var rest = Substring(prompt)
        var offset = 0
        while let start = rest.firstRange(of: "[[") {
            offset += rest.unicodeScalars.distance(from: rest.startIndex, to: start.upperBound)
            rest = rest[start.upperBound...]
            let end = rest.firstRange(of: "]]")
            let text = rest[..<(end?.lowerBound ?? rest.endIndex)]
            if beginsLikeSteering(text) { texts.append((String(text), offset)) }
            guard let end else { break }
            offset += rest.unicodeScalars.distance(from: rest.startIndex, to: end.upperBound)
            rest = rest[end.upperBound...]
        }
        return texts
    }

    /// Whether a text begins with a word and an equals sign. Other brackets belong to the prompt.
    private static func beginsLikeSteering(_ text: Substring) -> Bool {
        let trimmed = text.drop { $0 == " " }
        let word = trimmed.prefix { $0.isLetter || $0 == "-" || $0 == "_" }
        return !word.isEmpty && trimmed[word.endIndex...].drop { $0 == " " }.first == "="
    }
}

extension Substring {
    fileprivate func firstRange(of text: StaticString) -> Range<Index>? {
        let wanted = "\(text)"
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(wanted) { return at..<index(at, offsetBy: wanted.count) }
            at = index(after: at)
        }
        return nil
    }
}
