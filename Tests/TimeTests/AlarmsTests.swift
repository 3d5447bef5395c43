import System
import TestSupport
import Testing
import Time

@Suite struct AlarmsTests {
    @Test func `alarms are called in the order of their moments, and none early`() {
        let alarms = Alarms()
        let called = Locked<[Int]>([])
        let early = Locked(0)
        let start = Ticks.now + .milliseconds(20)
        for number in [3, 1, 2, 0] {
            let moment = start + .milliseconds(number)
            alarms.call(at: moment) {
                if Ticks.now < moment { early.withLock { $0 += 1 } }
                called.withLock { $0.append(number) }
            }
        }
        #expect(eventually { called.withLock { $0.count } == 4 })
        #expect(called.withLock { $0 } == [0, 1, 2, 3] && early.withLock { $0 } == 0)
        alarms.stop()
    }

    @Test func `an alarm that is set later but due earlier is called first`() {
        let alarms = Alarms()
        let called = Locked<[Int]>([])
        alarms.call(at: .now + .hours(1)) { called.withLock { $0.append(1) } }
        pause(milliseconds: 2)
        alarms.call(at: .now) { called.withLock { $0.append(0) } }
        #expect(eventually { called.withLock { $0 } == [0] })
        alarms.stop()
    }

    @Test func `an alarm may set another`() {
        let alarms = Alarms()
        let isCalled = Locked(false)
        alarms.call(at: .now) { alarms.call(at: .now) { isCalled.withLock { $0 = true } } }
        #expect(eventually { isCalled.withLock { $0 } })
        alarms.stop()
    }

    @Test func `after a stop no alarm is called`() {
        let alarms = Alarms()
        let called = Locked(0)
        alarms.call(at: .now + .milliseconds(5)) { called.withLock { $0 += 1 } }
        alarms.stop()
        let before = called.withLock { $0 }
        alarms.call(at: .now) { called.withLock { $0 += 1 } }
        pause(milliseconds: 10)
        #expect(called.withLock { $0 } == before)
        alarms.stop()
    }
}
