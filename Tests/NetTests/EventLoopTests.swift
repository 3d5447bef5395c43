import Bytes
import Testing

@testable import Net
@testable import System

/// The loop runs on the test's own thread here, and ends when a handler says so.
@Suite struct EventLoopTests {
    private final class Handler: EventHandler {
        var onReady: (Readiness) -> Void = { _ in }
        var onExpired: () -> Void = {}
        func ready(_ readiness: Readiness) { onReady(readiness) }
        func expired() { onExpired() }
    }

    /// Ends the loop after `milliseconds`, however busy it is.
    private static func end(_ loop: EventLoop, after milliseconds: Int64) -> Handler {
        let handler = Handler()
        handler.onExpired = { loop.stop() }
        loop.setDeadline(loop.reserve(handler), loop.now + milliseconds * 1_000_000)
        return handler
    }

    /// Runs the loop to its end, and has its handlers let go of it.
    private static func run(_ loop: EventLoop) {
        loop.run()
        loop.afterRound = nil
        for case let handler as Handler in loop.handlers {
            handler.onReady = { _ in }
            handler.onExpired = {}
        }
    }

    /// An event that is ready to be read at once.
    private static func signalled() throws -> Descriptor {
        let event = try EventCall.create()
        EventCall.signal(event)
        return event
    }

    /// A connection that came and went would else take memory until its deadline, a day perhaps.
    @Test func deadlinesOfThoseWhoHaveLeftTakeNoMemory() throws {
        let loop = try EventLoop()
        let handler = Handler()
        var heard = 0
        handler.onExpired = { heard += 1 }
        let stays = loop.reserve(handler)
        loop.setDeadline(stays, loop.now + 86_400_000_000_000)
        for _ in 0..<10_000 {
            let place = loop.reserve(handler)
            loop.setDeadline(place, loop.now + 86_400_000_000_000)
            loop.setDeadline(place, loop.now + 75_000_000_000)
            loop.deregister(place)
        }
        #expect(loop.timerCount < 200)
        // Who stayed is still called.
        loop.setDeadline(stays, loop.now + 1_000_000)
        let end = Self.end(loop, after: 50)
        Self.run(loop)
        withExtendedLifetime(end) {}
        #expect(heard == 1)
    }

    // MARK: - Readiness

    @Test func aHandlerHearsWhatItsDescriptorIsReadyFor() throws {
        let loop = try EventLoop()
        let pair = SocketPair()
        let handler = Handler()
        var heard: [Readiness] = []
        let place = try loop.register(pair.near, for: .writable, handler)
        _ = try pair.far.send("a")
        handler.onReady = { readiness in
            heard.append(readiness)
            if heard.count == 1 { loop.modify(place, for: .readable) }
            if heard.count == 2 { loop.modify(place, for: [.readable, .writable]) }
            if heard.count == 3 { loop.stop() }
        }
        Self.run(loop)
        #expect(heard.prefix(3) == [.writable, .readable, [.readable, .writable]])
    }

    @Test func readinessIsToldAgainUntilItIsUsedUp() throws {
        let loop = try EventLoop()
        let event = try Self.signalled()
        let handler = Handler()
        var count = 0
        _ = try loop.register(event, for: .readable, handler)
        handler.onReady = { _ in
            count += 1
            if count == 3 { loop.stop() }
        }
        Self.run(loop)
        #expect(count >= 3)
    }

    @Test func theEndOfAPeerIsHeard() throws {
        let loop = try EventLoop()
        let near = SocketPair().closingFar()
        let handler = Handler()
        var heard = Readiness()
        _ = try loop.register(near, for: [.readable, .peerClosed], handler)
        handler.onReady = {
            heard = $0
            loop.stop()
        }
        Self.run(loop)
        #expect(heard.contains(.readable) && heard.contains(.peerClosed) && !heard.isDisjoint(with: .broken))
    }

    /// Each of two ready handlers deregisters the other one and gives its place away: whoever comes first is the only one
    /// to hear of anything, and the new tenant hears nothing of the old one's event.
    @Test func eventsOnTheWayToAHandlerThatLeftAreDropped() throws {
        let loop = try EventLoop()
        let events = [TransferBox(try Self.signalled()), TransferBox(try Self.signalled())].map {
            SharedDescriptor($0.take())
        }
        let quiet = try EventCall.create()
        let (handlers, tenant) = ([Handler(), Handler()], Handler())
        let places = try (0..<2).map { try loop.register(events[$0].descriptor, for: .readable, handlers[$0]) }
        var (heard, tenantHeard) = (0, 0)
        var tenantPlace = Registration.none
        for index in 0..<2 {
            handlers[index].onReady = { _ in
                heard += 1
                EventCall.drain(events[index].descriptor)
                loop.deregister(places[1 - index])
                if heard == 1 { tenantPlace = (try? loop.register(quiet, for: .readable, tenant)) ?? .none }
            }
        }
        tenant.onReady = { _ in tenantHeard += 1 }
        let end = Self.end(loop, after: 20)
        Self.run(loop)
        #expect(heard == 1)
        #expect(tenantHeard == 0)
        #expect(places.contains { $0.slot == tenantPlace.slot })
        _ = end
    }

    @Test func aPlaceIsUsedAgainUnderAnotherNumber() throws {
        let loop = try EventLoop()
        let event = try EventCall.create()
        let (first, second) = (Handler(), Handler())
        let old = try loop.register(event, for: .readable, first)
        #expect(loop.handler(at: old) === first)
        loop.deregister(old)
        #expect(loop.handler(at: old) == nil)
        let new = try loop.register(event, for: .readable, second)
        #expect(new.slot == old.slot)
        #expect(new != old)
        #expect(Registration(token: new.token) == new)
        #expect(loop.handler(at: old) == nil)
        #expect(loop.handler(at: new) === second)
        #expect(loop.handlers.count == 1)
        #expect(loop.handler(at: .none) == nil)
    }

    @Test func whatIsDoneInTheNameOfAnOldTenantIsNothing() throws {
        let loop = try EventLoop()
        let event = try Self.signalled()
        let (first, second) = (Handler(), Handler())
        let old = try loop.register(event, for: [], first)
        loop.deregister(old)
        let new = try loop.register(event, for: .readable, second)
        loop.modify(old, for: [])
        loop.setDeadline(old, loop.now)
        loop.deregister(old)
        var (ready, expired) = (0, 0)
        second.onReady = { _ in
            ready += 1
            loop.deregister(new)
        }
        second.onExpired = { expired += 1 }
        let end = Self.end(loop, after: 10)
        Self.run(loop)
        #expect(ready == 1)
        #expect(expired == 0)
        _ = end
    }

    @Test func aDescriptorCannotBeRegisteredTwice() throws {
        let loop = try EventLoop()
        let event = try EventCall.create()
        let handler = Handler()
        let place = try loop.register(event, for: .readable, handler)
        #expect(throws: Errno.self) { _ = try loop.register(event, for: .readable, Handler()) }
        #expect(loop.handlers.count == 1)
        // The place that was not taken is free for the next one.
        let next = loop.reserve(handler)
        #expect(next.slot == place.slot + 1)
    }

    // MARK: - Deadlines

    @Test func deadlinesComeInTheirOrderAndOnce() throws {
        let loop = try EventLoop()
        let start = loop.now
        var expired: [Int64] = []
        let handlers = [6, 2, 4, 3, 5, 1].map { (delay: Int64) in
            let handler = Handler()
            handler.onExpired = {
                expired.append(delay)
                #expect(loop.now >= start + delay * 1_000_000)
            }
            loop.setDeadline(loop.reserve(handler), start + delay * 1_000_000)
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
    func theDeadlineSetLastCounts(delays: [Int64]) throws {
        let loop = try EventLoop()
        let start = loop.now
        let handler = Handler()
        let place = loop.reserve(handler)
        var times: [Int64] = []
        handler.onExpired = { times.append(loop.now) }
        for delay in delays { loop.setDeadline(place, delay < 0 ? .max : start + delay * 1_000_000) }
        let end = Self.end(loop, after: 30)
        Self.run(loop)
        #expect(times.count == 1)
        #expect(times.first ?? 0 >= start + (delays.last ?? 0) * 1_000_000)
        _ = end
    }

    @Test func aDeadlineTakenBackNeverComes() throws {
        let loop = try EventLoop()
        let (handler, leaver, tenant) = (Handler(), Handler(), Handler())
        var expired = 0
        for handler in [handler, leaver, tenant] { handler.onExpired = { expired += 1 } }
        let place = loop.reserve(handler)
        loop.setDeadline(place, loop.now + 1_000_000)
        loop.setDeadline(place, .max)
        let left = loop.reserve(leaver)
        loop.setDeadline(left, loop.now + 1_000_000)
        loop.deregister(left)
        // The entry of the old tenant is still on its way, and not for the new one.
        let next = loop.reserve(tenant)
        #expect(next.slot == left.slot)
        let end = Self.end(loop, after: 10)
        Self.run(loop)
        #expect(expired == 0)
        _ = end
    }

    @Test func aHandlerMaySetItsNextDeadlineWhenOneHasCome() throws {
        let loop = try EventLoop()
        let handler = Handler()
        let place = loop.reserve(handler)
        var times: [Int64] = []
        handler.onExpired = {
            times.append(loop.now)
            if times.count < 3 { loop.setDeadline(place, loop.now + 2_000_000) } else { loop.stop() }
        }
        loop.setDeadline(place, loop.now + 1_000_000)
        Self.run(loop)
        #expect(times.count == 3)
        #expect(times[1] >= times[0] + 2_000_000 && times[2] >= times[1] + 2_000_000)
    }

    /// Every request of a kept connection moves its deadline: that must cost neither time nor memory.
    @Test func movingADeadlineAddsNothingToTheHeap() throws {
        let loop = try EventLoop()
        let handler = Handler()
        let place = loop.reserve(handler)
        for delay in Int64(10)..<1000 { loop.setDeadline(place, loop.now + delay * 1_000_000_000) }
        #expect(loop.timers.count == 1)
        loop.setDeadline(place, loop.now + 1_000_000_000)
        #expect(loop.timers.count == 2)
    }

    @Test func entriesThatWereOvertakenGoWhenTheirTimeComes() throws {
        let loop = try EventLoop()
        let start = loop.now
        let handler = Handler()
        let place = loop.reserve(handler)
        handler.onExpired = { loop.setDeadline(place, start + 3_600_000_000_000) }
        for delay in [Int64(8), 6, 4, 2] { loop.setDeadline(place, start + delay * 1_000_000) }
        #expect(loop.timers.count == 4)
        let end = Self.end(loop, after: 20)
        Self.run(loop)
        #expect(loop.timers.count == 1)
        #expect(loop.timers.next == start + 3_600_000_000_000)
        _ = end
    }

    // MARK: - Other threads

    @Test func jobsOfManyThreadsRunOnTheLoopInTheirOrder() throws {
        let loop = try EventLoop()
        let ran = Locked<[[Int]]>([])
        let elsewhere = Locked(0)
        let threads = try (0..<4).map { thread in
            TransferBox(
                try Thread("submitter-\(thread)") {
                    for number in 0..<1000 {
                        loop.submit {
                            if !loop.isOnThread { elsewhere.withLock { $0 += 1 } }
                            ran.withLock { $0.append([thread, number]) }
                        }
                    }
                })
        }
        let ender = TransferBox(
            try Thread("ender") {
                for thread in threads { thread.take().join() }
                loop.stop()
            })
        loop.run()
        ender.take().join()
        let all = ran.withLock { $0 }
        #expect(all.count == 4000)
        for thread in 0..<4 { #expect(all.filter { $0[0] == thread }.map { $0[1] } == Array(0..<1000)) }
        #expect(elsewhere.withLock { $0 } == 0)
    }

    @Test func jobsSubmittedBeforeTheLoopRunsAreNotLost() throws {
        let loop = try EventLoop()
        let ran = Locked<[Int]>([])
        for number in 0..<3 { loop.submit { ran.withLock { $0.append(number) } } }
        loop.stop()
        // Jobs of the round at hand are still run.
        loop.submit { ran.withLock { $0.append(3) } }
        loop.run()
        #expect(ran.withLock { $0 } == [0, 1, 2, 3])
    }

    @Test func aJobMaySubmitTheNext() throws {
        let loop = try EventLoop()
        let ran = Locked(0)
        @Sendable func next() {
            let count = ran.withLock { count in
                count += 1
                return count
            }
            if count < 5 { loop.submit(next) } else { loop.stop() }
        }
        loop.submit(next)
        loop.run()
        #expect(ran.withLock { $0 } == 5)
    }

    /// What jobs hold, a connection for instance, must not outlive the loop's end.
    @Test func aLoopThatHasEndedKeepsNoJobs() throws {
        final class Object: Sendable {}
        let loop = try EventLoop()
        weak var early: Object?
        weak var late: Object?
        let ran = Locked(0)
        do {
            let object = Object()
            early = object
            // This job comes one round after the last one.
            loop.submit {
                loop.stop()
                loop.submit { loop.submit { ran.withLock { _ in _ = object } } }
            }
        }
        loop.run()
        do {
            let object = Object()
            late = object
            loop.submit { ran.withLock { _ in _ = object } }
        }
        #expect(early == nil)
        #expect(late == nil)
    }

    @Test func onlyTheLoopIsOnItsThread() throws {
        let loop = try EventLoop()
        #expect(!loop.isOnThread)
        let thread = TransferBox(try Thread("loop") { loop.run() })
        let inside = Locked<Bool?>(nil)
        loop.submit { inside.withLock { $0 = loop.isOnThread } }
        loop.stop()
        thread.take().join()
        #expect(inside.withLock { $0 } == true)
        #expect(!loop.isOnThread)
    }

    @Test func somethingMayBeDoneAfterEachRound() throws {
        let loop = try EventLoop()
        let event = try Self.signalled()
        let handler = Handler()
        var log: [String] = []
        _ = try loop.register(event, for: .readable, handler)
        handler.onReady = { _ in log.append("event") }
        loop.afterRound = {
            log.append("after")
            if log.count >= 4 { loop.stop() }
        }
        Self.run(loop)
        #expect(log.prefix(4) == ["event", "after", "event", "after"])
    }

    /// A descriptor that can be kept in an array.
    private final class SharedDescriptor {
        let descriptor: Descriptor
        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }
}
