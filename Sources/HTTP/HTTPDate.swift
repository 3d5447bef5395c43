import Bytes
import Net

/// The value of Date fields, rendered once a second. RFC 9110, 5.6.7.
struct HTTPDate: ~Copyable {
    /// Nanoseconds since 1970: where the time comes from is the owner's choice.
    private let clock: @Sendable () -> Int64
    private var text = ByteBuffer(capacity: 32)
    /// The moment on the forward clock from which the text is out of date.
    private var stale = Int64.min

    init(clock: @escaping @Sendable () -> Int64) { self.clock = clock }

    /// The bytes of the date, for a moment `now` on the forward clock.
    @inline(__always)
    mutating func refresh(_ now: Int64) {
        if now >= stale { render(now) }
    }

    var bytes: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { text.bytes }
    }

    private mutating func render(_ now: Int64) {
        let time = clock()
        let seconds = HTTPDate.floorDivide(time, 1_000_000_000)
        stale = now + (seconds + 1) * 1_000_000_000 - time
        text.removeAll()
        HTTPDate.append(seconds: seconds, to: &text)
    }

    /// Appends a moment as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func append(seconds: Int64, to text: inout ByteBuffer) {
        let days = floorDivide(seconds, 86_400)
        let second = Int(seconds - days * 86_400)
        let (year, month, day) = civil(days)
        // 1970 began on a Thursday.
        let weekday = Int(((days % 7) + 11) % 7)
        text.append(names(of: weekdays, at: weekday))
        text.append(", ")
        text.append(twoDigits: day)
        text.append(" ")
        text.append(names(of: months, at: month - 1))
        text.append(" ")
        text.append(decimal: year)
        text.append(" ")
        text.append(twoDigits: second / 3600)
        text.append(":")
        text.append(twoDigits: second / 60 % 60)
        text.append(":")
        text.append(twoDigits: second % 60)
        text.append(" GMT")
    }

    private static let weekdays = "SunMonTueWedThuFriSat"
    private static let months = "JanFebMarAprMayJunJulAugSepOctNovDec"

    private static func names(of list: String, at index: Int) -> String {
        String(list.dropFirst(index * 3).prefix(3))
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
        a >= 0 ? a / b : -((-a + b - 1) / b)
    }

    /// The calendar date of a day counted from 1970: shifted to years that begin in March, the leap day comes last and
    /// every month's start is a linear function.
    private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), Int(month), Int(day))
    }
}

extension ByteBuffer {
    fileprivate mutating func append(twoDigits value: Int) {
        append(UInt8(0x30 + value / 10 % 10))
        append(UInt8(0x30 + value % 10))
    }
}
