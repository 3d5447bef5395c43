import Bytes

/// Parses the head of a request: a value over bytes, with no connection and no allocation behind it but its list of fields.
///
/// It is called with all bytes that came so far and remembers how far it looked, so that a client that sends a byte at a
/// time costs linear work. It judges each line as soon as it is whole, so that nonsense is refused at once and not when
/// the time for heads runs out.
public struct RequestParser: ~Copyable {
    public enum Outcome: Equatable, Sendable {
        /// The head is whole and this long.
        case complete(Int)
        case needMore
        case malformed(Refusal)
    }

    /// What has been parsed; whole after `complete`.
    public var head = RequestHead()

    private var lineStart = 0
    private var looked = 0
    /// Where the fields start; nothing before the request line has been seen.
    private var fieldsStart: Int?
    private var hostCount = 0
    private var transferEncodingCount = 0

    public init() {}

    /// Forgets everything but the storage.
    public mutating func reset() {
        head.reset()
        lineStart = 0
        looked = 0
        fieldsStart = nil
        hostCount = 0
        transferEncodingCount = 0
    }

    /// Whether any of a head has been seen, so that its time is running.
    public var isEmpty: Bool { looked == 0 }

    /// Looks at the bytes from the head's first on; they must begin with those of the last call.
    public mutating func parse(_ bytes: Span<UInt8>, limits: borrowing Limits) -> Outcome {
        do throws(Refusal) {
            while let line = try nextLine(bytes, limits: limits) {
                if fieldsStart == nil {
                    // Some old clients send an empty line after a body; RFC 9112, 2.2 has one ignored.
                    if line.isEmpty, line.lowerBound == 0 { continue }
                    try parseRequestLine(bytes, line)
                    fieldsStart = lineStart
                } else if line.isEmpty {
                    try finish()
                    return .complete(lineStart)
                } else {
                    if head.fields.count == limits.fieldCount { throw .tooManyFields }
                    try parseField(bytes, line)
                }
            }
            return .needMore
        } catch {
            return .malformed(error)
        }
    }

    /// The next whole line without its end, which must be CR LF. RFC 9112, 2.2 would let LF alone pass, and so would let
    /// two servers see two different requests.
    @inline(__always)
    private mutating func nextLine(
        _ bytes: Span<UInt8>, limits: borrowing Limits
    ) throws(Refusal) -> Range<Int>? {
        let end = bytes.firstControl(from: looked)
        looked = end
        let (length, limit, refusal): (Int, Int, Refusal) =
            if let fieldsStart {
                (end - fieldsStart, limits.fieldBytes, .fieldsTooLarge)
            } else {
                (end - lineStart, limits.requestLine, .requestLineTooLong)
            }
        if length > limit { throw refusal }
        if end == bytes.count { return nil }
        guard bytes[end] == UInt8(ascii: "\r") else {
            throw bytes[end] == UInt8(ascii: "\n") ? .bareLineFeed : .controlByte
        }
        if end + 1 == bytes.count { return nil }
        guard bytes[end + 1] == UInt8(ascii: "\n") else { throw .bareCarriageReturn }
        let line = lineStart..<end
        lineStart = end + 2
        looked = lineStart
        return line
    }

    // MARK: - Request line

    /// `method SP request-target SP HTTP-version`, with single spaces. RFC 9112, 3.
    private mutating func parseRequestLine(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(Refusal) {
        var at = line.lowerBound
        let token = CharacterSet.token
        while at < line.upperBound, token.contains(bytes[at]) { at &+= 1 }
        guard at > line.lowerBound, at < line.upperBound, bytes[at] == UInt8(ascii: " ") else { throw .badRequestLine }
        head.methodName = Slice(line.lowerBound, at)
        head.method = Method(bytes.extracting(line.lowerBound..<at))

        let target = at &+ 1
        at = target
        var question: Int?
        while at < line.upperBound {
            let byte = bytes[at]
            if byte == UInt8(ascii: " ") { break }
            // Visible ASCII; a fragment never travels. RFC 9112, 3.2.
            guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "#") else { throw .badTarget }
            if byte == UInt8(ascii: "?"), question == nil { question = at }
            at &+= 1
        }
        guard at > target, at < line.upperBound else { throw .badRequestLine }
        head.target = Slice(target, at)
        try parseVersion(bytes.extracting((at &+ 1)..<line.upperBound))
        try parseTarget(bytes, target..<at, question: question)
    }

    private mutating func parseVersion(_ version: Span<UInt8>) throws(Refusal) {
        guard version.count == 8, version.extracting(first: 5).equals("HTTP/"), version[6] == UInt8(ascii: "."),
            version[5] &- 0x30 < 10, version[7] &- 0x30 < 10
        else { throw .badRequestLine }
        guard version[5] == UInt8(ascii: "1") else { throw .versionNotSupported }
        head.minorVersion = version[7] &- 0x30
        head.keepsAlive = head.minorVersion > 0
    }

    /// The four forms of a target. RFC 9112, 3.2.
    private mutating func parseTarget(_ bytes: Span<UInt8>, _ target: Range<Int>, question: Int?) throws(Refusal) {
        if head.method == .connect { return try parseConnectTarget(bytes.extracting(target)) }
        var path = target.lowerBound..<(question ?? target.upperBound)
        if bytes[path.lowerBound] != UInt8(ascii: "/") {
            if target.count == 1, bytes[path.lowerBound] == UInt8(ascii: "*"), head.method == .options {
                head.path = head.target
                return
            }
            // The absolute form: its host outranks the Host field.
            let start = try authorityStart(bytes.extracting(target)) + target.lowerBound
            var end = start
            while end < path.upperBound, bytes[end] != UInt8(ascii: "/") { end &+= 1 }
            guard start < end, bytes.extracting(start..<end).isAuthority else { throw .badTarget }
            head.authority = Slice(start, end)
            // An empty path is the root (RFC 9110, 4.2.3), which the slash before the authority stands for.
            path = end < path.upperBound ? end..<path.upperBound : (start &- 1)..<start
        }
        head.path = Slice(path.lowerBound, path.upperBound)
        head.query = question.map { Slice($0 &+ 1, target.upperBound) }
    }

    /// A host and a port, which has to be there. RFC 9112, 3.2.3.
    private mutating func parseConnectTarget(_ target: Span<UInt8>) throws(Refusal) {
        var port = target.count
        while port > 0, target[port &- 1] &- 0x30 < 10 { port &-= 1 }
        guard port < target.count, port > 0, target[port &- 1] == UInt8(ascii: ":"), target.isAuthority else {
            throw .badTarget
        }
        head.path = head.target
        head.authority = head.target
    }

    private func authorityStart(_ target: Span<UInt8>) throws(Refusal) -> Int {
        if target.count > 7, target.extracting(first: 7).equalsIgnoringCase("http://") { return 7 }
        if target.count > 8, target.extracting(first: 8).equalsIgnoringCase("https://") { return 8 }
        throw .badTarget
    }

    // MARK: - Fields

    /// `field-name ":" OWS field-value OWS`. RFC 9112, 5.
    private mutating func parseField(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(Refusal) {
        let token = CharacterSet.token
        var at = line.lowerBound
        // RFC 9112, 5.2: a line that starts with white space continues the last one; it must not be let through.
        if bytes[at] == UInt8(ascii: " ") || bytes[at] == UInt8(ascii: "\t") { throw .foldedField }
        while at < line.upperBound, token.contains(bytes[at]) { at &+= 1 }
        // A space before the colon is such a wrong name too. RFC 9112, 5.1.
        guard at > line.lowerBound, at < line.upperBound, bytes[at] == UInt8(ascii: ":") else { throw .badFieldName }
        let name = line.lowerBound..<at
        var start = at &+ 1
        var end = line.upperBound
        while start < end, bytes[start].isBlank { start &+= 1 }
        while end > start, bytes[end &- 1].isBlank { end &-= 1 }
        head.fields.append(RequestHead.Field(name: Slice(name.lowerBound, name.upperBound), value: Slice(start, end)))
        try readFraming(bytes.extracting(name), bytes, start..<end)
    }

    /// Takes note of the few fields that decide about framing and the connection.
    @inline(__always)
    private mutating func readFraming(
        _ name: Span<UInt8>, _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(Refusal) {
        switch name.count {
        case 4 where name.equalsIgnoringCase("host"):
            hostCount += 1
            // RFC 9112, 3.2: more than one Host, or one that is no host, is answered 400.
            if hostCount > 1 { throw .repeatedHost }
            guard bytes.extracting(range).isAuthority else { throw .badHost }
            if head.authority == nil { head.authority = Slice(range.lowerBound, range.upperBound) }
        case 6 where name.equalsIgnoringCase("expect"):
            // RFC 9110, 10.1.1. HTTP/1.0 has no expectations.
            guard head.minorVersion > 0 else { return }
            guard bytes.extracting(range).equalsIgnoringCase("100-continue") else { throw .unknownExpectation }
            head.expectsContinue = true
        case 10 where name.equalsIgnoringCase("connection"):
            readConnection(bytes.extracting(range))
        case 14 where name.equalsIgnoringCase("content-length"):
            let length = try contentLength(bytes.extracting(range))
            if let stated = head.contentLength, stated != length { throw .unequalContentLengths }
            head.contentLength = length
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            transferEncodingCount += 1
            if transferEncodingCount > 1 { throw .badTransferEncoding }
            try readTransferEncoding(bytes.extracting(range))
        default:
            break
        }
    }

    /// Digits and nothing else: no sign, no list. RFC 9112, 6.3.
    private func contentLength(_ value: Span<UInt8>) throws(Refusal) -> Int {
        guard value.count > 0, value.count <= 18 else { throw .badContentLength }
        var length = 0
        for i in 0..<value.count {
            let digit = value[i] &- 0x30
            guard digit < 10 else { throw .badContentLength }
            length = length &* 10 &+ Int(digit)
        }
        return length
    }

    /// Exactly `chunked`. A list that ends in it has codings unknown here; anything else has no length. RFC 9112, 6.1, 6.3.
    private mutating func readTransferEncoding(_ value: Span<UInt8>) throws(Refusal) {
        if value.equalsIgnoringCase("chunked") {
            head.isChunked = true
            return
        }
        var unknown = false
        var chunked = 0
        var last = false
        var list = TokenList(value)
        while let range = try list.next(orThrow: Refusal.badTransferEncoding) {
            last = value.extracting(range).equalsIgnoringCase("chunked")
            if last { chunked += 1 } else { unknown = true }
        }
        // `gzip, chunked` is sound but not known here; so is `gzip` alone. `chunked, gzip` and `chunked, chunked` are not.
        guard unknown, chunked == 0 || chunked == 1 && last else { throw .badTransferEncoding }
        throw .unknownTransferCoding
    }

    /// Looks for `close`, `keep-alive` and `upgrade`; other options are ignored. RFC 9110, 7.6.1.
    private mutating func readConnection(_ value: Span<UInt8>) {
        var list = TokenList(value)
        while let range = list.nextOrNothing() {
            let option = value.extracting(range)
            if option.equalsIgnoringCase("close") {
                head.closeAsked = true
            } else if option.equalsIgnoringCase("keep-alive") {
                head.keepsAlive = true
            } else if option.equalsIgnoringCase("upgrade") {
                head.asksUpgrade = head.minorVersion > 0
            }
        }
    }

    // MARK: - The whole

    private mutating func finish() throws(Refusal) {
        if head.minorVersion > 0, hostCount == 0 { throw .missingHost }
        if transferEncodingCount > 0 {
            // RFC 9112, 6.1: both together are an attempt at smuggling, and HTTP/1.0 has no codings.
            if head.contentLength != nil { throw .contentLengthWithTransferEncoding }
            if head.minorVersion == 0 { throw .transferEncodingInHTTP10 }
        }
        if head.closeAsked { head.keepsAlive = false }
    }
}

extension UInt8 {
    /// Space or tab. RFC 9110, 5.6.3.
    @inline(__always) var isBlank: Bool { self == 0x20 || self == 0x09 }
}

extension Span where Element == UInt8 {
    /// Whether these bytes can stand for a host with an optional port (RFC 3986, 3.2): a name, or an address in brackets; no
    /// user. Nothing at all is allowed by RFC 9110, 7.2.
    @inline(__always)
    var isAuthority: Bool {
        let allowed = CharacterSet.hostName
        var at = 0
        while at < count, allowed.contains(self[at]) { at &+= 1 }
        if at == 0, count > 0 {
            guard self[0] == UInt8(ascii: "[") else { return false }
            at = 1
            while at < count, self[at] == UInt8(ascii: ":") || allowed.contains(self[at]) { at &+= 1 }
            guard at > 1, at < count, self[at] == UInt8(ascii: "]") else { return false }
            at &+= 1
        }
        if at == count { return true }
        guard self[at] == UInt8(ascii: ":") else { return false }
        at &+= 1
        while at < count, self[at] &- 0x30 < 10 { at &+= 1 }
        return at == count
    }
}
