import Bytes
import Time

/// The value of Date fields, rendered once a second. RFC 9110, 5.6.7.
struct HTTPDate: ~Copyable {
    /// Nanoseconds since 1970: where the time comes from is the owner's choice.
    private let clock: @Sendable () -> Int64
    private var text = ByteBuffer(capacity: 32)
    /// The beginning of most answers, up to their length.
    private var opening = ByteBuffer(capacity: 96)
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

    /// The beginning of an answer that went well: status line, date, and the name of the length.
    var openingOfOK: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { opening.bytes }
    }

    private mutating func render(_ now: Int64) {
        let time = Int(clock())
        let seconds = CalendarTime.floored(time, 1_000_000_000)
        stale = now + Int64((seconds + 1) * 1_000_000_000 - time)
        text.removeAll()
        HTTPDate.append(seconds: seconds, to: &text)
        opening.removeAll()
        opening.append("HTTP/1.1 200 OK\r\ndate: ")
        opening.append(text)
        opening.append("\r\ncontent-length: ")
    }

    /// Appends a moment as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func append(seconds: Int, to text: inout ByteBuffer) {
        let time = CalendarTime(secondsSince1970: seconds)
        text.append(weekdays[time.weekday])
        text.append(", ")
        text.append(decimal: time.day, width: 2)
        text.append(" ")
        text.append(months[time.month - 1])
        text.append(" ")
        text.append(decimal: time.year, width: 4)
        text.append(" ")
        text.append(decimal: time.hour, width: 2)
        text.append(":")
        text.append(decimal: time.minute, width: 2)
        text.append(":")
        text.append(decimal: time.second, width: 2)
        text.append(" GMT")
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
