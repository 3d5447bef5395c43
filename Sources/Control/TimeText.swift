import Bytes
import Time

/// Instants as calls write them: `2026-12-01T09:00:00Z`, with milliseconds where there are any.
enum TimeText {
    static func text(_ instant: Instant) -> String {
        let seconds = instant.secondsSince1970
        let time = CalendarTime(secondsSince1970: seconds)
        var text = ByteBuffer(capacity: 24)
        text.append(decimal: time.year, width: 4)
        text.append(UInt8(ascii: "-"))
        text.append(decimal: time.month, width: 2)
        text.append(UInt8(ascii: "-"))
        text.append(decimal: time.day, width: 2)
        text.append(UInt8(ascii: "T"))
        text.append(decimal: time.hour, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: time.minute, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: time.second, width: 2)
        let milliseconds = Int(instant.nanoseconds / 1_000_000) - seconds * 1000
        if milliseconds > 0 {
            text.append(UInt8(ascii: "."))
            text.append(decimal: milliseconds, width: 3)
        }
        text.append(UInt8(ascii: "Z"))
        return text.bytes.text
    }

    /// The instant of a text with a date, a time and `Z` or an offset such as `+01:00`.
    static func instant(_ text: String) -> Instant? {
        let bytes = Array(text.utf8)
        let form = Array("0000-00-00T00:00:00".utf8)
        guard bytes.count > form.count, bytes.count <= 40 else { return nil }
        var numbers = [0]
        for (byte, expected) in zip(bytes, form) {
            if expected == UInt8(ascii: "0") {
                guard 0x30...0x39 ~= byte else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - 0x30)
            } else {
                guard byte == expected || expected == UInt8(ascii: "T") && byte == UInt8(ascii: "t") else { return nil }
                numbers.append(0)
            }
        }
        guard let days = CalendarTime.days(toYear: numbers[0], month: numbers[1], day: numbers[2]),
            numbers[3] < 24, numbers[4] < 60, numbers[5] < 60
        else { return nil }
        var seconds = days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
        var rest = bytes[form.count...]
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { 0x30...0x39 ~= $0 }
            guard 1...9 ~= digits.count else { return nil }
            fraction = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            for _ in digits.count..<9 { fraction *= 10 }
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let offset = offset(Array(rest)) else { return nil }
        seconds -= offset
        // The calls do not go back before 1970, and nanoseconds reach only to 2262.
        guard seconds >= 0, seconds < 9_000_000_000 else { return seconds < 0 ? Instant(secondsSince1970: 0) : .never }
        return Instant(secondsSince1970: seconds) + Interval(nanoseconds: Int64(fraction))
    }

    /// The seconds of an offset from UTC.
    private static func offset(_ text: [UInt8]) -> Int? {
        if text == Array("Z".utf8) || text == Array("z".utf8) { return 0 }
        guard text.count == 6, text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"),
            text[3] == UInt8(ascii: ":"),
            let hours = Int(String(decoding: text[1...2], as: UTF8.self)),
            let minutes = Int(String(decoding: text[4...5], as: UTF8.self)), hours < 24, minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (text[0] == UInt8(ascii: "-") ? -1 : 1)
    }
}
