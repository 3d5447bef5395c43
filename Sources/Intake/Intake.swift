public import Bytes
public import Imaging
public import Outbound

/// Reads the images that callers send, as base64 text or as URLs.
public struct Intake: Sendable {
    private var settings: IntakeSettings
    private let memory: DecodingMemory

    /// `memory` bounds decoding together with other users of it; by default it is this intake's own.
    public init(_ settings: IntakeSettings = IntakeSettings(), memory: DecodingMemory? = nil) {
        self.settings = settings
        self.memory = memory ?? DecodingMemory(limit: settings.images.memory)
    }

    /// A copy that accepts only these formats.
    public func taking(_ formats: [ImageFormat]) -> Intake {
        var intake = self
        intake.settings.images.formats.removeAll { !formats.contains($0) }
        return intake
    }

    /// What a text contains.
    public enum Source: ~Copyable, Sendable {
        /// The file that the text encodes.
        case file(ByteBuffer)
        /// The URL of a file.
        case address(String)
    }

    /// Decodes a text, without parsing the image.
    public func source(of text: Span<UInt8>) throws(IntakeError) -> Source {
        if text.beginsAddress {
            guard settings.takesAddresses else { throw .addressRefused }
            return .address(text.text)
        }
        return .file(try decoded(settings.takesDataURLs ? try Intake.withoutDataPrefix(text) : text))
    }

    /// Fetches the file at a URL. Blocks the calling thread.
    public func fetch(_ address: String, with client: Client) throws(IntakeError) -> ByteBuffer {
        var limits = settings.transfer
        limits.bytes = settings.images.inputBytes
        let fetched: Fetched
        do throws(OutboundError) {
            fetched = try client.fetch(address, limits)
        } catch {
            throw .notFetched(error)
        }
        do throws(ImageError) {
            _ = try ImageProbe(fetched.bytes.bytes, within: settings.images)
        } catch {
            throw .image(error, type: fetched.contentType)
        }
        return ByteBuffer(fetched.bytes.bytes)
    }

    /// Reads the headers of a file and checks them against the limits.
    public func probe(_ file: borrowing ByteBuffer) throws(IntakeError) -> ImageProbe {
        do throws(ImageError) {
            return try ImageProbe(file.bytes, within: settings.images)
        } catch {
            throw .image(error)
        }
    }

    /// Decodes the image in a file within the limits and passes it to `body`.
    public func decode<Value: ~Copyable>(
        _ file: borrowing ByteBuffer, _ body: (borrowing Raster) -> Value
    ) throws(IntakeError) -> Value {
        guard let share = memory.share(of: try probe(file).decodingBytes(fileBytes: file.count)) else {
            throw .noMemory
        }
        defer { share.giveBack() }
        do throws(ImageError) {
            return body(try ImageDecoder.decode(file.bytes, limits: settings.images).takeRaster())
        } catch {
            throw .image(error)
        }
    }

    // MARK: - Base64

    private func decoded(_ text: Span<UInt8>) throws(IntakeError) -> ByteBuffer {
        let first: Base64.DecodingError
        do throws(Base64.DecodingError) {
            return try decoded(text, .standard)
        } catch {
            first = error
            let isOther =
                settings.takesURLAlphabet && error.reason == .character
                && (text[error.offset] == UInt8(ascii: "-") || text[error.offset] == UInt8(ascii: "_"))
            guard isOther else { throw .notBase64(error, in: text) }
        }
        do throws(Base64.DecodingError) {
            return try decoded(text, .urlSafe)
        } catch {
            // A text uses one alphabet: the first character that tells the two apart decides which.
            throw .notBase64(error.offset < first.offset ? first : error, in: text)
        }
    }

    private func decoded(
        _ text: Span<UInt8>, _ alphabet: Base64.Alphabet
    ) throws(Base64.DecodingError) -> ByteBuffer {
        var file = ByteBuffer()
        try Base64.decode(
            text, into: &file, alphabet: alphabet, padding: settings.takesMissingPadding ? .optional : .required,
            whiteSpace: settings.takesLineBreaks ? .skipped : .refused)
        return file
    }

    /// The text after `data:…;base64,` (RFC 2397), or all of a text without that prefix.
    @_lifetime(copy text)
    private static func withoutDataPrefix(_ text: Span<UInt8>) throws(IntakeError) -> Span<UInt8> {
        guard text.begins("data:") else { return text }
        // Media types are short, so a comma further on does not belong to the prefix.
        for comma in 0..<min(text.count, 256) where text[comma] == UInt8(ascii: ",") {
            let head = text.extracting(..<comma)
            guard head.ends(";base64") else { throw .badDataURL }
            return text.extracting((comma + 1)...)
        }
        throw .badDataURL
    }
}

extension IntakeError {
    fileprivate static func notBase64(_ error: Base64.DecodingError, in text: Span<UInt8>) -> IntakeError {
        let end = min(text.count, error.offset + 4)
        let rest = text.extracting(min(error.offset, end)..<end)
        return .notBase64(error, character: rest.text.unicodeScalars.first)
    }
}

extension Span<UInt8> {
    fileprivate var beginsAddress: Bool { begins("http://") || begins("https://") }

    fileprivate func begins(_ prefix: StaticString) -> Bool {
        count >= prefix.utf8CodeUnitCount && extracting(first: prefix.utf8CodeUnitCount).equalsIgnoringCase(prefix)
    }

    fileprivate func ends(_ suffix: StaticString) -> Bool {
        count >= suffix.utf8CodeUnitCount && extracting(last: suffix.utf8CodeUnitCount).equalsIgnoringCase(suffix)
    }
}
