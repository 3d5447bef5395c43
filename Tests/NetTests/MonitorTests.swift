import Net
import TestSupport
import Testing

struct MonitorTests {
    @Test func whoWaitsLooksAgainAfterEachChange() throws {
        let monitor = Monitor((count: 0, isHeard: false))
        let thread = try Thread("waiter") {
            for expected in 1...3 {
                let seen = monitor.wait { value -> Look<Int> in
                    guard value.count == expected, !value.isHeard else { return .again }
                    value.isHeard = true
                    return .result(value.count)
                }
                #expect(seen == expected)
            }
        }
        for count in 1...3 {
            monitor.change { $0 = (count, false) }
            #expect(eventually { monitor.change { $0.isHeard } })
        }
        thread.join()
    }

    @Test func aTimeThatIsOverEndsAWait() {
        let monitor = Monitor(0)
        let looks = monitor.wait { looks -> Look<Int> in
            looks += 1
            return looks == 3 ? .result(looks) : .againWithin(nanoseconds: looks == 1 ? 1_000_000 : -1)
        }
        #expect(looks == 3)
    }

    @Test func nothingIsChangedByTwoAtOnce() throws {
        let monitor = Monitor(0)
        let body: @Sendable () -> Void = { for _ in 0..<1000 { monitor.change { $0 += 1 } } }
        let thread = try Thread("other", body)
        body()
        thread.join()
        #expect(monitor.change { $0 } == 2000)
    }
}
