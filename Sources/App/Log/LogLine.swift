import Bytes

/// A log line under construction, as text or as a JSON object. No value can break the line.
struct LogLine: ~Copyable {
    private var buffer = ByteBuffer(capacity: 512)
    private let format: LogFormat
    private var isFirst = true

    /// The length at which values are truncated, so that a line with several of them is still written atomically.
    static let longestValue = 1000

    init(_ format: LogFormat) {
        self.format = format
        if format == .json { buffer.append(UInt8(ascii: "{")) }
    }

    /// Ends the line and writes it in one piece.
    consuming func write(to sink: any Sink) {
        if format == .json { buffer.append(UInt8(ascii: "}")) }
        buffer.append(UInt8(ascii: "\n"))
        sink.write(buffer.bytes)
    }

    /// Adds a constant word, without a name in text and with a name in JSON.
    mutating func word(_ name: StaticString, _ word: StaticString) {
        begin(name, named: format == .json)
        if format == .json { buffer.append(UInt8(ascii: "\"")) }
        buffer.append(word)
        if format == .json { buffer.append(UInt8(ascii: "\"")) }
    }

    mutating func time(_ time: Timestamp) {
        begin("time", named: format == .json)
        if format == .json { buffer.append(UInt8(ascii: "\"")) }
        time.write(to: &buffer)
        if format == .json { buffer.append(UInt8(ascii: "\"")) }
    }

    mutating func field(_ name: StaticString, _ value: LogValue) {
        switch (value, format) {
        case (.text(let text), _):
            field(name, text)
        case (.integer(let number), _):
            field(name, number)
        case (.milliseconds(let time), _):
            begin(name, named: true)
            let tenths = time.microseconds / 100
            buffer.append(decimal: tenths / 10)
            buffer.append(UInt8(ascii: "."))
            buffer.append(decimal: tenths % 10)
        case (.list(let texts), .text):
            for text in texts { field(name, text) }
        case (.list(let texts), .json):
            begin(name, named: true)
            buffer.append(UInt8(ascii: "["))
            for (i, text) in texts.enumerated() {
                if i > 0 { buffer.append(UInt8(ascii: ",")) }
                quote(text)
            }
            buffer.append(UInt8(ascii: "]"))
        }
    }

    mutating func field(_ name: StaticString, _ text: String) {
        begin(name, named: true)
        value(text)
    }

    mutating func field(_ name: StaticString, _ number: Int) {
        begin(name, named: true)
        buffer.append(decimal: number)
    }

    /// Adds a text, without a name in text and with a name in JSON.
    mutating func bare(_ name: StaticString, _ text: String) {
        begin(name, named: format == .json)
        value(text)
    }

    private mutating func begin(_ name: StaticString, named: Bool) {
        if !isFirst { buffer.append(UInt8(ascii: format == .json ? "," : " ")) }
        isFirst = false
        guard named else { return }
        if format == .json { buffer.append(UInt8(ascii: "\"")) }
        buffer.append(name)
        if format == .json { buffer.append("\":") } else { buffer.append(UInt8(ascii: "=")) }
    }

    private mutating func value(_ text: String) {
        if format == .text, !text.isEmpty, LogLine.isPlain(text), !text.utf8.contains(UInt8(ascii: " ")) {
            buffer.append(text)
        } else {
            quote(text)
        }
    }

    /// Whether a text can be quoted without escapes, as most can.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= longestValue
            && text.utf8.allSatisfy { 0x20...0x7e ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    /// Appends a JSON string (RFC 8259, section 7), truncated if too long. The text format uses it for values with
    /// spaces.
    private mutating func quote(_ text: String) {
        buffer.append(UInt8(ascii: "\""))
        defer { buffer.append(UInt8(ascii: "\"")) }
        if LogLine.isPlain(text) { return buffer.append(text) }
        let end = buffer.count + LogLine.longestValue
        for scalar in text.unicodeScalars {
            guard buffer.count < end else {
                buffer.append("…")
                break
            }
            switch scalar {
            case "\"": buffer.append("\\\"")
            case "\\": buffer.append("\\\\")
            case "\n": buffer.append("\\n")
            case "\r": buffer.append("\\r")
            case "\t": buffer.append("\\t")
            case _ where scalar.isPrintable:
                buffer.append(String(scalar))
            default:
                // All unprintable characters are in the basic plane, so four digits suffice.
                buffer.append("\\u")
                for shift in [12, 8, 4, 0] {
                    let digit = UInt8(truncatingIfNeeded: scalar.value >> shift) & 15
                    buffer.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
                }
            }
        }
    }
}
