/// A calendar date and time in UTC, to the second.
public struct CalendarTime: Equatable, Sendable {
    public let year: Int
    public let month: Int
    public let day: Int
    public let hour: Int
    public let minute: Int
    public let second: Int
    /// 0 is Sunday.
    public let weekday: Int

    /// The date and time of a number of seconds since 1970, without leap seconds.
    public init(secondsSince1970 seconds: Int) {
        let days = CalendarTime.floored(seconds, 86_400)
        let rest = seconds - days * 86_400
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        // 1970 began on a Thursday.
        weekday = (days % 7 + 11) % 7
        // Years start in March here, so the leap day is the last day of its year and the months follow a fixed pattern
        // of 153 days per five months.
        let shifted = days + 719_468
        let era = CalendarTime.floored(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        month = march < 10 ? march + 3 : march - 9
        day = dayOfYear - (153 * march + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The days from the beginning of 1970 to a date; `nil` if the date does not exist.
    public static func days(toYear year: Int, month: Int, day: Int) -> Int? {
        guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Years start in March, as above.
        let march = (month + 9) % 12
        let shifted = month <= 2 ? year - 1 : year
        let days = shifted * 365 + floored(shifted, 4) - floored(shifted, 100) + floored(shifted, 400)
        let found = days + (153 * march + 2) / 5 + day - 1 - 719_468
        let date = CalendarTime(secondsSince1970: found * 86_400)
        return date.day == day && date.month == month ? found : nil
    }

    /// Division that rounds down, also for negative numbers.
    public static func floored(_ a: Int, _ b: Int) -> Int {
        a >= 0 ? a / b : (a + 1) / b - 1
    }
}
