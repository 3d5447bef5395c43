import Bytes
import Net
import Time

/// A date and time, in nanoseconds since 1970 without leap seconds.
struct Timestamp: Sendable, Equatable {
    let nanoseconds: Int

    static func now() -> Timestamp {
        Timestamp(nanoseconds: Int(Instant.machine.nanoseconds))
    }

    /// Appends the RFC 3339 form with milliseconds, in UTC: `2026-02-03T04:05:06.789Z`.
    func write(to buffer: inout ByteBuffer) {
        let seconds = CalendarTime.floored(nanoseconds, 1_000_000_000)
        let time = CalendarTime(secondsSince1970: seconds)
        buffer.append(decimal: time.year, width: 4)
        buffer.append("-")
        buffer.append(decimal: time.month, width: 2)
        buffer.append("-")
        buffer.append(decimal: time.day, width: 2)
        buffer.append("T")
        buffer.append(decimal: time.hour, width: 2)
        buffer.append(":")
        buffer.append(decimal: time.minute, width: 2)
        buffer.append(":")
        buffer.append(decimal: time.second, width: 2)
        buffer.append(".")
        buffer.append(decimal: (nanoseconds - seconds * 1_000_000_000) / 1_000_000, width: 3)
        buffer.append("Z")
    }
}
