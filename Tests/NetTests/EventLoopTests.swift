import Bytes
import Testing
import Time

@testable import Net
@testable import System

/// The loop runs on the test's own thread here, and ends when a handler says so.
@Suite struct EventLoopTests {
    final class Handler: EventHandler {
        var onReady: (Readiness) -> Void = { _ in }
        var onExpired: () -> Void = {}
        func ready(_ readiness: Readiness) { onReady(readiness) }
        func expired() { onExpired() }
    }

    /// Ends the loop after `milliseconds`, however busy it is.
    static func end(_ loop: EventLoop, after milliseconds: Int) -> Handler {
        let handler = Handler()
        handler.onExpired = { loop.stop() }
        loop.setDeadline(loop.reserve(handler), loop.now + .milliseconds(milliseconds))
        return handler
    }

    /// Runs the loop to its end, and has its handlers let go of it.
    static func run(_ loop: EventLoop) {
        loop.run()
        loop.afterRound = nil
        for case let handler as Handler in loop.handlers {
            handler.onReady = { _ in }
            handler.onExpired = {}
        }
    }

    /// An event that is ready to be read at once.
    static func signalled() throws -> Descriptor {
        let event = try EventCall.create()
        EventCall.signal(event)
        return event
    }

    // MARK: - Readiness

    @Test func `a handler is told the readiness of its descriptor`() throws {
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

    @Test func `readiness is reported again until it is used up`() throws {
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

    @Test func `the end of a peer is reported`() throws {
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
    @Test func `pending events of a deregistered handler are dropped`() throws {
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

    @Test func `a slot is used again with another generation`() throws {
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

    @Test func `calls with an old registration do nothing`() throws {
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

    @Test func `a descriptor cannot be registered twice`() throws {
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

    // MARK: - Other threads

    @Test func `jobs of many threads run on the loop in their order`() throws {
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

    @Test func `jobs submitted before the loop runs are not lost`() throws {
        let loop = try EventLoop()
        let ran = Locked<[Int]>([])
        for number in 0..<3 { loop.submit { ran.withLock { $0.append(number) } } }
        loop.stop()
        // Jobs of the round at hand are still run.
        loop.submit { ran.withLock { $0.append(3) } }
        loop.run()
        #expect(ran.withLock { $0 } == [0, 1, 2, 3])
    }

    @Test func `a job may submit the next`() throws {
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
    @Test func `a loop that has ended keeps no jobs`() throws {
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

    @Test func `only the loop is on its thread`() throws {
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

    @Test func `a function may run after each round`() throws {
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
