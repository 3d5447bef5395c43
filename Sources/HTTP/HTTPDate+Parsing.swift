import Bytes
import Time

extension HTTPDate {
    /// The seconds since 1970 that a date stands for, in any of the three forms; nothing for what is no date. RFC 9110, 5.6.7.
    static func seconds(_ text: Span<UInt8>) -> Int? {
        var reader = DateReader(text)
        return reader.read()
    }
}

/// Walks a date: words of letters, numbers of digits, and what stands between them.
private struct DateReader: ~Escapable {
    private let text: Span<UInt8>
    private var at = 0

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) { self.text = text }

    mutating func read() -> Int? {
        // The name of the day adds nothing to the date.
        let name = letters()
        let moment: Int?
        if takes(", ") {
            moment = name == 3 ? fixed() : old()
        } else {
            moment = name == 3 && takes(" ") ? asctime() : nil
        }
        return at == text.count ? moment : nil
    }

    /// `06 Nov 1994 08:49:37 GMT`, the form that is written today.
    private mutating func fixed() -> Int? {
        guard let day = number(2), takes(" "), let month = month(), takes(" "), let year = number(4), takes(" "),
            let time = time(), takes(" GMT")
        else { return nil }
        return moment(year, month, day, time)
    }

    /// `06-Nov-94 08:49:37 GMT`. Years before 1970 do not occur any more.
    private mutating func old() -> Int? {
        guard let day = number(2), takes("-"), let month = month(), takes("-"), let year = number(2), takes(" "),
            let time = time(), takes(" GMT")
        else { return nil }
        return moment(year + (year < 70 ? 2000 : 1900), month, day, time)
    }

    /// `Nov  6 08:49:37 1994`, as the C library's `asctime` writes it.
    private mutating func asctime() -> Int? {
        guard let month = month(), takes(" "), let day = takes(" ") ? number(1) : number(2), takes(" "),
            let time = time(), takes(" "), let year = number(4)
        else { return nil }
        return moment(year, month, day, time)
    }

    private func moment(_ year: Int, _ month: Int, _ day: Int, _ time: Int) -> Int? {
        guard let days = CalendarTime.days(toYear: year, month: month, day: day) else { return nil }
        return days * 86_400 + time
    }

    private mutating func time() -> Int? {
        guard let hour = number(2), takes(":"), let minute = number(2), takes(":"), let second = number(2),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private mutating func month() -> Int? {
        let start = at
        guard letters() == 3 else { return nil }
        let name = text.extracting(start..<at).text
        return HTTPDate.months.firstIndex(of: name).map { $0 + 1 }
    }

    /// Takes letters; says how many.
    private mutating func letters() -> Int {
        let start = at
        while at < text.count, text[at].lowercasedASCII &- UInt8(ascii: "a") < 26 { at += 1 }
        return at - start
    }

    /// Takes exactly so many digits.
    private mutating func number(_ digits: Int) -> Int? {
        guard at + digits <= text.count else { return nil }
        var value = 0
        for _ in 0..<digits {
            let digit = text[at] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
            at += 1
        }
        return value
    }

    private mutating func takes(_ expected: StaticString) -> Bool {
        let end = at + expected.utf8CodeUnitCount
        guard end <= text.count, text.extracting(at..<end).equals(expected) else { return false }
        at = end
        return true
    }
}
