import Bytes

/// Undoes the chunked coding, piece by piece. RFC 9112, 7.1.
///
/// A value over bytes like the request parser: it consumes input, returns which ranges of it are body, and keeps its state in a
/// few numbers.
public struct ChunkedDecoder: Sendable {
    public enum Step: Equatable, Sendable {
        /// These bytes of the input are body; call again with what follows them.
        case body(Range<Int>)
        /// All input is consumed and more is needed.
        case needMore
        /// The body has ended; the input from here on belongs to the next request.
        case end(Int)
        case malformed(Refusal)
    }

    private enum State {
        case sizeStart, size, chunkExtension, sizeEnd
        case data, dataReturn, dataEnd
        case trailerStart, trailerName, trailerValue, trailerEnd, lastEnd
    }

    /// Sixteen digits hold any size; a longer one, padded with zeros, is an attempt to confuse parsers.
    private static let longestSize = 16
    /// Extensions are ignored, and a client has no reason to send long ones.
    private static let longestExtension = 256

    private var state = State.sizeStart
    private var remaining: UInt64 = 0
    private var digits = 0
    private var extras = 0
    private var trailerName: [UInt8] = []
    private let trailerLimit: Int
    private var trailerBytes = 0

    /// - Parameter trailerLimit: the most bytes of all trailer fields.
    public init(trailerLimit: Int) {
        self.trailerLimit = trailerLimit
    }

    /// Consumes `bytes` from `start` on, up to the next step.
    public mutating func next(_ bytes: Span<UInt8>, from start: Int) -> Step {
        var at = start
        while at < bytes.count {
            if state == .data {
                // What a chunk holds is passed on in as large pieces as come.
                let count = Int(min(remaining, UInt64(bytes.count - at)))
                remaining -= UInt64(count)
                if remaining == 0 { state = .dataReturn }
                return .body(at..<(at + count))
            }
            do {
                if try take(bytes[at]) { return .end(at + 1) }
            } catch {
                return .malformed(error)
            }
            at += 1
        }
        return .needMore
    }

    /// Consumes a byte of the framing; true if it was the last one.
    private mutating func take(_ byte: UInt8) throws(Refusal) -> Bool {
        switch state {
        case .sizeStart, .size:
            try takeSize(byte)
        case .chunkExtension:
            if byte == UInt8(ascii: "\r") {
                state = .sizeEnd
            } else {
                extras += 1
                guard byte >= 0x20 || byte == 0x09, byte != 0x7F, extras <= Self.longestExtension else {
                    throw .badChunkSize
                }
            }
        case .sizeEnd:
            guard byte == UInt8(ascii: "\n") else { throw .badChunkSize }
            state = remaining == 0 ? .trailerStart : .data
        case .data:
            break
        case .dataReturn:
            guard byte == UInt8(ascii: "\r") else { throw .badChunkEnd }
            state = .dataEnd
        case .dataEnd:
            guard byte == UInt8(ascii: "\n") else { throw .badChunkEnd }
            state = .sizeStart
            digits = 0
        case .trailerStart, .trailerName, .trailerValue, .trailerEnd:
            try takeTrailer(byte)
        case .lastEnd:
            guard byte == UInt8(ascii: "\n") else { throw .badTrailer }
            return true
        }
        return false
    }

    private mutating func takeSize(_ byte: UInt8) throws(Refusal) {
        if let digit = byte.hexValue {
            digits += 1
            guard digits <= Self.longestSize, remaining >> 59 == 0 else { throw .badChunkSize }
            remaining = (state == .sizeStart ? 0 : remaining << 4) | UInt64(digit)
            state = .size
            return
        }
        guard state == .size else { throw .badChunkSize }
        switch byte {
        case UInt8(ascii: "\r"): state = .sizeEnd
        case UInt8(ascii: ";"): state = .chunkExtension
        default: throw .badChunkSize
        }
    }

    private mutating func takeTrailer(_ byte: UInt8) throws(Refusal) {
        if state == .trailerStart, byte == UInt8(ascii: "\r") {
            state = .lastEnd
            return
        }
        trailerBytes += 1
        guard trailerBytes <= trailerLimit else { throw .fieldsTooLarge }
        switch state {
        case .trailerStart, .trailerName:
            if byte == UInt8(ascii: ":"), state == .trailerName {
                guard isAllowedTrailer else { throw .badTrailer }
                trailerName.removeAll()
                state = .trailerValue
            } else {
                guard CharacterSet.token.contains(byte), trailerName.count < 64 else { throw .badTrailer }
                trailerName.append(byte.lowercasedASCII)
                state = .trailerName
            }
        case .trailerValue:
            if byte == UInt8(ascii: "\r") {
                state = .trailerEnd
            } else {
                guard byte >= 0x20 || byte == 0x09, byte != 0x7F else { throw .badTrailer }
            }
        default:
            guard byte == UInt8(ascii: "\n") else { throw .badTrailer }
            state = .trailerStart
        }
    }

    /// Fields that must stand in the head, because they frame, route, authorise or describe the body. RFC 9110, 6.5.1.
    private static let headOnly: Set<String> = [
        "transfer-encoding", "content-length", "host", "trailer", "te", "connection", "keep-alive", "upgrade", "expect",
        "max-forwards", "cache-control", "authorization", "proxy-authorization", "proxy-authenticate",
        "www-authenticate", "cookie", "set-cookie", "content-encoding", "content-type", "content-range", "range",
        "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "x-api-key",
        "x-forwarded-for",
        "x-forwarded-host", "x-forwarded-proto", "forwarded",
    ]

    private var isAllowedTrailer: Bool {
        !Self.headOnly.contains(String(decoding: trailerName, as: UTF8.self))
    }
}
