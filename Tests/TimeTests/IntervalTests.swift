import Testing
import Time

@Suite struct IntervalTests {
    @Test(arguments: [
        ("0", Interval.zero), ("250ms", .milliseconds(250)), ("10s", .seconds(10)), ("2m", .minutes(2)),
        ("720h", .days(30)), ("10m01s", .seconds(601)), ("1h500ms", .hours(1) + .milliseconds(500)),
    ])
    func `a length of time is read as people write it`(text: String, expected: Interval) {
        #expect(Interval(text) == expected)
    }

    @Test(arguments: [
        "", "s", "1", "-1s", "1s1m", "1s 2ms", "1.5s", "99999999999999999999s", "9999999999h", "1sx", "1S",
    ])
    func `what is no length of time is refused`(text: String) {
        #expect(Interval(text) == nil)
    }

    @Test(arguments: [
        (Interval.zero, "0"), (.milliseconds(1), "1ms"), (.seconds(90), "90s"), (.minutes(2), "2m"),
        (.hours(48), "48h"),
        (.milliseconds(1500), "1500ms"), (Interval(nanoseconds: 999_999), "0"),
    ])
    func `a length of time is written in the largest unit that leaves no rest`(time: Interval, text: String) {
        #expect(time.description == text)
    }

    @Test func `sums that do not fit are the longest time`() {
        #expect(Interval.longest + .seconds(1) == .longest)
        #expect(Interval.seconds(.max) == .longest)
        #expect(Instant.never + .seconds(1) == .never)
        #expect(Ticks.never + .seconds(1) == .never)
        #expect(Interval(nanoseconds: .min) - .seconds(1) == Interval(nanoseconds: .min))
    }
}
