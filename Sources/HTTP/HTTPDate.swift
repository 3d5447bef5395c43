import Bytes
package import Time

/// The value of Date fields, rendered once a second. RFC 9110, 5.6.7.
package struct HTTPDate: ~Copyable {
    private let clock: Clock
    /// What the clock's `changes` were when the text was rendered.
    private var changes: UInt = 0
    private var text = ByteBuffer(capacity: 32)
    /// The beginning of most answers, up to their length.
    private var opening = ByteBuffer(capacity: 96)
    /// From when on the text is out of date.
    private var stale = Ticks(nanoseconds: .min)

    package init(clock: Clock) { self.clock = clock }

    /// Renders the date anew if the second has changed at `now`.
    @inline(__always)
    package mutating func refresh(_ now: Ticks) {
        if now >= stale || clock.changes != changes { render(now) }
    }

    var bytes: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { text.bytes }
    }

    /// The beginning of an answer that went well: status line, date, and the name of the length.
    var openingOfOK: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { opening.bytes }
    }

    private mutating func render(_ now: Ticks) {
        changes = clock.changes
        let seconds = clock.now().secondsSince1970
        stale = clock.ticks(of: Instant(secondsSince1970: seconds + 1))
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
