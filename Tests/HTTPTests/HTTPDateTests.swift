import Bytes
import TestSupport
import Testing
import Time

@testable import HTTP

@Suite struct HTTPDateTests {
    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (59, "Thu, 01 Jan 1970 00:00:59 GMT"),
            (86_399, "Thu, 01 Jan 1970 23:59:59 GMT"), (86_400, "Fri, 02 Jan 1970 00:00:00 GMT"),
            // The example of RFC 9110, 5.6.7.
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"), (1_078_012_800, "Sun, 29 Feb 2004 00:00:00 GMT"),
            (1_109_635_199, "Mon, 28 Feb 2005 23:59:59 GMT"), (1_109_635_200, "Tue, 01 Mar 2005 00:00:00 GMT"),
            (1_234_567_890, "Fri, 13 Feb 2009 23:31:30 GMT"), (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"), (1_735_689_600, "Wed, 01 Jan 2025 00:00:00 GMT"),
            (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            // 2100 is no leap year.
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (-86_400, "Wed, 31 Dec 1969 00:00:00 GMT"),
            (-2_203_891_200, "Thu, 01 Mar 1900 00:00:00 GMT"),
        ] as [(Int, String)])
    func `dates are written as in RFC 9110`(seconds: Int, text: String) {
        var buffer = ByteBuffer()
        HTTPDate.append(seconds: seconds, to: &buffer)
        let written = buffer.bytes.text
        #expect(written == text)
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Sun Nov 16 08:49:37 1994", 784_975_777),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Tuesday, 19-Jan-38 03:14:08 GMT", 2_147_483_648),
            ("Thursday, 01-Jan-70 00:00:00 GMT", 0), ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
            ("Sat, 01 Jan 0000 00:00:00 GMT", -62_167_219_200), ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400), ("Fri, 31 Dec 1999 23:59:60 GMT", 946_684_800),
            // The day's name is not looked at.
            ("Mon, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Mon, 29 Feb 2001 00:00:00 GMT", nil), ("Mon, 29 Feb 1900 00:00:00 GMT", nil),
            ("Sun, 31 Nov 1994 08:49:37 GMT", nil), ("Sun, 00 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 32 Dec 1994 08:49:37 GMT", nil), ("Sun, 06 nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 24:00:00 GMT", nil), ("Sun, 06 Nov 1994 08:60:37 GMT", nil),
            ("Sun, 06 Nov 1994 08:49:61 GMT", nil), ("Sun, 6 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 08:49:37 UTC", nil), ("Sun, 06 Nov 1994 08:49:37", nil),
            ("Sun, 06 Nov 1994 08:49:37 GMT ", nil), ("Sun, 06 Nov 94 08:49:37 GMT", nil),
            ("Sunday, 06-Nov-1994 08:49:37 GMT", nil), ("Sun Nov 6 08:49:37 1994", nil),
            ("Sun Nov  6 08:49:37 1994 GMT", nil), ("1994-11-06T08:49:37Z", nil), ("784111777", nil), ("Sun", nil),
            ("Sun,", nil), ("Sun, ", nil), (", ", nil), (" ", nil), ("", nil),
        ] as [(String, Int?)])
    func `dates are read in all three forms`(text: String, seconds: Int?) {
        #expect(HTTPDate.seconds(text.utf8.span) == seconds)
        // And no beginning of one is taken for a whole.
        for length in 0..<text.utf8.count where seconds != nil {
            #expect(HTTPDate.seconds(text.utf8.span.extracting(first: length)) == nil)
        }
    }

    /// Every day of four centuries, after which the calendar repeats, follows the day before it.
    @Test func `every day follows the one before`() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        var (year, month, day) = (1970, 0, 1)
        var buffer = ByteBuffer()
        for count in 0..<146_097 {
            buffer.removeAll()
            HTTPDate.append(seconds: count * 86_400, to: &buffer)
            let text = "\(weekdays[count % 7]), \(day < 10 ? "0" : "")\(day) \(months[month]) \(year) 00:00:00 GMT"
            guard buffer.bytes.text == text else {
                Issue.record("\(buffer.bytes.text), not \(text)")
                return
            }
            let seconds = HTTPDate.seconds(buffer.bytes)
            guard seconds == count * 86_400 else {
                Issue.record("\(text) is read as \(seconds ?? -1)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += 1
            if day > lengths[month] + (month == 1 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
            if month == 12 { (year, month) = (year + 1, 0) }
        }
    }

    @Test func `the date follows a clock that is moved`() {
        let clock = Clock(at: Instant(nanoseconds: 1_000_000_000_500_000_000), frozen: true)
        let agenda = Agenda(clock, alarms: Alarms())
        var date = HTTPDate(clock: clock)
        func seconds() -> String {
            date.refresh(.now)
            return String(date.bytes.text.suffix(6).prefix(2))
        }
        #expect(seconds() == "40")
        _ = agenda.advance(nil, .by(Interval(nanoseconds: 499_999_999)))
        #expect(seconds() == "40")
        _ = agenda.advance(nil, .by(Interval(nanoseconds: 1)))
        #expect(seconds() == "41")
        clock.run(rate: 1_000_000)
        #expect(eventually { seconds() != "41" })
    }
}
