import Testing
import Time

@testable import Net

// The deadlines of an event loop.

extension EventLoopTests {
    /// A connection that came and went would else take memory until its deadline, a day perhaps.
    @Test func `deadlines of deregistered handlers take no memory`() throws {
        let loop = try EventLoop()
        let handler = Handler()
        var heard = 0
        handler.onExpired = { heard += 1 }
        let stays = loop.reserve(handler)
        loop.setDeadline(stays, loop.now + .days(1))
        for _ in 0..<10_000 {
            let place = loop.reserve(handler)
            loop.setDeadline(place, loop.now + .days(1))
            loop.setDeadline(place, loop.now + .seconds(75))
            loop.deregister(place)
        }
        #expect(loop.timerCount < 200)
        // Who stayed is still called.
        loop.setDeadline(stays, loop.now + .milliseconds(1))
        let end = Self.end(loop, after: 50)
        Self.run(loop)
        withExtendedLifetime(end) {}
        #expect(heard == 1)
    }

    @Test func `deadlines expire in order and once`() throws {
        let loop = try EventLoop()
        let start = loop.now
        var expired: [Int] = []
        let handlers = [6, 2, 4, 3, 5, 1].map { (delay: Int) in
            let handler = Handler()
            handler.onExpired = {
                expired.append(delay)
                #expect(loop.now >= start + .milliseconds(delay))
            }
            loop.setDeadline(loop.reserve(handler), start + .milliseconds(delay))
            return handler
        }
        let end = Self.end(loop, after: 20)
        Self.run(loop)
        #expect(expired == [1, 2, 3, 4, 5, 6])
        _ = (handlers, end)
    }

    @Test(arguments: [
        // What a deadline is set to, in milliseconds, one after the other; the last one counts.
        [2, 15], [15, 2], [2, 15, 2], [15, 2, 15], [1, 5, 3, 9, 7], [9, 7, 5, 3], [1, -1, 5], [5, -1, 2], [1, 1, 1],
    ])
    func `the deadline set last counts`(delays: [Int]) throws {
        let loop = try EventLoop()
        let start = loop.now
        let handler = Handler()
        let place = loop.reserve(handler)
        var times: [Ticks] = []
        handler.onExpired = { times.append(loop.now) }
        for delay in delays { loop.setDeadline(place, delay < 0 ? .never : start + .milliseconds(delay)) }
        let end = Self.end(loop, after: 30)
        Self.run(loop)
        #expect(times.count == 1)
        #expect(times.first ?? start >= start + .milliseconds(delays.last ?? 0))
        _ = end
    }

    @Test func `a withdrawn deadline never expires`() throws {
        let loop = try EventLoop()
        let (handler, leaver, tenant) = (Handler(), Handler(), Handler())
        var expired = 0
        for handler in [handler, leaver, tenant] { handler.onExpired = { expired += 1 } }
        let place = loop.reserve(handler)
        loop.setDeadline(place, loop.now + .milliseconds(1))
        loop.setDeadline(place, .never)
        let left = loop.reserve(leaver)
        loop.setDeadline(left, loop.now + .milliseconds(1))
        loop.deregister(left)
        // The entry of the old tenant is still on its way, and not for the new one.
        let next = loop.reserve(tenant)
        #expect(next.slot == left.slot)
        let end = Self.end(loop, after: 10)
        Self.run(loop)
        #expect(expired == 0)
        _ = end
    }

    @Test func `a handler may set its next deadline when one has expired`() throws {
        let loop = try EventLoop()
        let handler = Handler()
        let place = loop.reserve(handler)
        var times: [Ticks] = []
        handler.onExpired = {
            times.append(loop.now)
            if times.count < 3 { loop.setDeadline(place, loop.now + .milliseconds(2)) } else { loop.stop() }
        }
        loop.setDeadline(place, loop.now + .milliseconds(1))
        Self.run(loop)
        #expect(times.count == 3)
        #expect(times[1] >= times[0] + .milliseconds(2) && times[2] >= times[1] + .milliseconds(2))
    }

    /// Every request of a kept connection moves its deadline: that must cost neither time nor memory.
    @Test func `moving a deadline later adds nothing to the queue`() throws {
        let loop = try EventLoop()
        let handler = Handler()
        let place = loop.reserve(handler)
        for delay in 10..<1000 { loop.setDeadline(place, loop.now + .seconds(delay)) }
        #expect(loop.timers.count == 1)
        loop.setDeadline(place, loop.now + .seconds(1))
        #expect(loop.timers.count == 2)
    }

    @Test func `outdated entries are removed when they are due`() throws {
        let loop = try EventLoop()
        let start = loop.now
        let handler = Handler()
        let place = loop.reserve(handler)
        handler.onExpired = { loop.setDeadline(place, start + .hours(1)) }
        for delay in [8, 6, 4, 2] { loop.setDeadline(place, start + .milliseconds(delay)) }
        #expect(loop.timers.count == 4)
        let end = Self.end(loop, after: 20)
        Self.run(loop)
        #expect(loop.timers.count == 1)
        #expect(loop.timers.next == start + .hours(1))
        _ = end
    }
}
