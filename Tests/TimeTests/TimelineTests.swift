import Testing

@testable import Time

@Suite struct TimelineTests {
    private let start = Instant(secondsSince1970: 1000)

    private func at(_ seconds: Int) -> Ticks { Ticks(nanoseconds: 0) + .seconds(seconds) }

    @Test func `a timeline runs at the pace of real time`() {
        let timeline = Timeline(start, since: at(10))
        #expect(timeline.now(at: at(15)) == start + .seconds(5))
        #expect(timeline.ticks(of: start + .seconds(5), at: at(12)) == at(15))
    }

    @Test func `an instant that has passed comes now`() {
        let timeline = Timeline(start, since: at(10))
        #expect(timeline.ticks(of: start, at: at(12)) == at(12))
    }

    @Test func `a frozen timeline stands still and never reaches a later instant`() {
        var timeline = Timeline(start, since: at(10))
        timeline.freeze(at: at(12))
        #expect(timeline.now(at: at(50)) == start + .seconds(2))
        #expect(timeline.ticks(of: start + .seconds(3), at: at(50)) == .never)
        #expect(timeline.ticks(of: start + .seconds(2), at: at(50)) == at(50))
        timeline.run(rate: nil, at: at(60))
        #expect(timeline.now(at: at(61)) == start + .seconds(3))
    }

    @Test(arguments: [0.001, 0.3, 2, 3, 7.7, 1000])
    func `a scaled timeline has reached an instant at the moment it gives for it`(rate: Double) {
        var timeline = Timeline(start, since: at(10))
        timeline.run(rate: rate, at: at(20))
        #expect(timeline.now(at: at(20)) == start + .seconds(10))
        for seconds in 11..<50 {
            let instant = start + .seconds(seconds)
            let ticks = timeline.ticks(of: instant, at: at(20))
            #expect(timeline.now(at: ticks) >= instant)
            #expect(timeline.now(at: ticks) - instant < .milliseconds(1))
        }
    }

    @Test func `a timeline moves forward and never back`() {
        var timeline = Timeline(start, since: at(10))
        timeline.move(to: start + .hours(1), at: at(11))
        #expect(timeline.now(at: at(11)) == start + .hours(1))
        timeline.move(to: start, at: at(12))
        #expect(timeline.now(at: at(12)) == start + .hours(1) + .seconds(1))
    }

    @Test func `times beyond what can be counted are never`() {
        var timeline = Timeline(start, since: at(10))
        timeline.run(rate: 1e-9, at: at(10))
        #expect(timeline.ticks(of: Instant(nanoseconds: .max - 1), at: at(11)) == .never)
    }
}
