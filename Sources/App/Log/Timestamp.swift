import Bytes
import Glibc

/// A moment of the calendar, in nanoseconds since 1970 without leap seconds.
struct Timestamp: Sendable, Equatable {
    let nanoseconds: Int

    static func now() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: time.tv_sec * 1_000_000_000 + time.tv_nsec)
    }

    /// Appends the form of RFC 3339 with milliseconds, in UTC: `2026-02-03T04:05:06.789Z`.
    func write(to buffer: inout ByteBuffer) {
        let seconds = Timestamp.floored(nanoseconds, 1_000_000_000)
        let day = Timestamp.floored(seconds, 86400)
        let (year, month, date) = Timestamp.civil(day)
        let second = seconds - day * 86400
        pad(year, 4, "-", &buffer)
        pad(month, 2, "-", &buffer)
        pad(date, 2, "T", &buffer)
        pad(second / 3600, 2, ":", &buffer)
        pad(second / 60 % 60, 2, ":", &buffer)
        pad(second % 60, 2, ".", &buffer)
        pad((nanoseconds - seconds * 1_000_000_000) / 1_000_000, 3, "Z", &buffer)
    }

    private func pad(_ number: Int, _ width: Int, _ end: Unicode.Scalar, _ buffer: inout ByteBuffer) {
        var scale = 1
        for _ in 1..<width { scale *= 10 }
        while scale > 0 {
            buffer.append(UInt8(truncatingIfNeeded: number / scale % 10) + 0x30)
            scale /= 10
        }
        buffer.append(UInt8(ascii: end))
    }

    /// The date of a day counted from 1970. Years are taken to begin in March, so that the leap day is the last of its
    /// year and months follow a fixed pattern of 153 days in five.
    private static func civil(_ day: Int) -> (year: Int, month: Int, date: Int) {
        let shifted = day + 719_468
        let era = floored(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }

    private static func floored(_ a: Int, _ b: Int) -> Int {
        a >= 0 ? a / b : (a + 1) / b - 1
    }
}

/// A moment of the clock that nobody sets; only the time between two of them means something.
struct Stopwatch: Sendable {
    private let start = Stopwatch.nanoseconds()

    /// The time since the stopwatch was made.
    var elapsed: Duration { .nanoseconds(Stopwatch.nanoseconds() - start) }

    private static func nanoseconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
