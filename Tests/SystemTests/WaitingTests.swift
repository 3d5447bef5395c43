import System
import TestSupport
import Testing

struct WaitingTests {
    @Test func `a waiting thread checks again after each change`() throws {
        let locked = Locked((count: 0, isHeard: false))
        let thread = try Thread("waiter") {
            for expected in 1...3 {
                let seen = locked.wait { value -> Wait<Int> in
                    guard value.count == expected, !value.isHeard else { return .again }
                    value.isHeard = true
                    return .done(value.count)
                }
                #expect(seen == expected)
            }
        }
        for count in 1...3 {
            locked.update { $0 = (count, false) }
            #expect(eventually { locked.update { $0.isHeard } })
        }
        thread.join()
    }

    @Test func `a wait ends when its time is over`() {
        let locked = Locked(0)
        let looks = locked.wait { looks -> Wait<Int> in
            looks += 1
            return looks == 3 ? .done(looks) : .againWithin(nanoseconds: looks == 1 ? 1_000_000 : -1)
        }
        #expect(looks == 3)
    }

    @Test func `two threads never change the value at once`() throws {
        let locked = Locked(0)
        let body: @Sendable () -> Void = { for _ in 0..<1000 { locked.update { $0 += 1 } } }
        let thread = try Thread("other", body)
        body()
        thread.join()
        #expect(locked.update { $0 } == 2000)
    }
}
