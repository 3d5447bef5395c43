import Bytes
import Time

/// A time in the format of links, `2026-11-20T13:50:00Z`.
enum LinkTime {
    /// Appends a time; in a query, `colon` is the escaped form.
    static func append(_ seconds: Int, to text: inout ByteBuffer, colon: StaticString = ":") {
        let time = CalendarTime(secondsSince1970: seconds)
        text.append(decimal: time.year, width: 4)
        text.append(UInt8(ascii: "-"))
        text.append(decimal: time.month, width: 2)
        text.append(UInt8(ascii: "-"))
        text.append(decimal: time.day, width: 2)
        text.append(UInt8(ascii: "T"))
        text.append(decimal: time.hour, width: 2)
        text.append(colon)
        text.append(decimal: time.minute, width: 2)
        text.append(colon)
        text.append(decimal: time.second, width: 2)
        text.append(UInt8(ascii: "Z"))
    }

    static func text(_ seconds: Int) -> String {
        var text = ByteBuffer(capacity: 20)
        append(seconds, to: &text)
        return text.bytes.text
    }

    /// The seconds since 1970 of a text, or `nil` if it has another format.
    static func seconds(_ text: Span<UInt8>) -> Int? {
        let form: StaticString = "0000-00-00T00:00:00Z"
        guard text.count == form.utf8CodeUnitCount else { return nil }
        var numbers: [Int] = []
        var number = 0
        for i in text.indices {
            let expected = form.bytes[i]
            if expected != UInt8(ascii: "0") {
                guard text[i] == expected else { return nil }
                numbers.append(number)
                number = 0
            } else {
                let digit = text[i] &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                number = number * 10 + Int(digit)
            }
        }
        guard let days = CalendarTime.days(toYear: numbers[0], month: numbers[1], day: numbers[2]),
            numbers[3] < 24, numbers[4] < 60, numbers[5] < 60
        else { return nil }
        return days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
    }
}
