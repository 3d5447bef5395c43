import Bytes
import Synchronization
import System
import TestSupport
import Testing

@testable import Outbound

struct OutboundPoolTests {
    @Test func jobsRunWithAClientOfThePools() throws {
        let pool = OutboundPool<String>("test", .local)
        defer { pool.stop() }
        try Peer.answering(answer("200 OK", "there")) { peer in
            let results = Collected<String>()
            for _ in 0..<10 {
                try pool.submit(for: "a") { client in
                    results.append((try? client.fetch(peer.url()).bytes.text) ?? "nothing")
                }
            }
            #expect(eventually { results.all.count == 10 })
            #expect(Set(results.all) == ["there"])
        }
    }

    @Test func slowPeersHoldUpNobodyElse() throws {
        let pool = OutboundPool<String>("test", .local, threads: 4, capacity: 300)
        try Peer.serving({ try $1.waitForEnd() }) { slow in
            try Peer.answering(answer("200 OK", "there")) { quick in
                let results = Collected<String>()
                // So patient that only another thread can help.
                let patient = Limits { $0.totalTime = .seconds(3600) }
                for _ in 0..<100 { try pool.submit(for: "greedy") { _ = try? $0.fetch(slow.url(), patient) } }
                #expect(eventually { slow.requests.count == 1 })
                try pool.submit(for: "modest") { results.append((try? $0.fetch(quick.url()).bytes.text) ?? "nothing") }
                #expect(eventually { results.all == ["there"] })
                pool.stop()
            }
        }
    }

    /// With six threads: half of them, half of the rest, and at last one.
    @Test func aKeyHasNoMoreThreadsThanAreLeft() throws {
        let pool = OutboundPool<String>("test", threads: 6, capacity: 100)
        let running = Locked<[String: Int]>([:])
        let isOpen = Locked(false)
        let job: @Sendable (String) -> @Sendable (Client) -> Void = { key in
            { _ in
                running.withLock { $0[key, default: 0] += 1 }
                _ = eventually { isOpen.withLock { $0 } }
            }
        }
        for (key, count) in [("a", 3), ("b", 2), ("c", 1)] {
            for _ in 0..<10 { try pool.submit(for: key, job(key)) }
            #expect(eventually { running.withLock { $0[key] == count } })
        }
        #expect(running.withLock { $0 } == ["a": 3, "b": 2, "c": 1])
        isOpen.withLock { $0 = true }
        #expect(eventually { pool.count == 0 })
        #expect(running.withLock { $0 } == ["a": 10, "b": 10, "c": 10])
        pool.stop()
    }

    @Test func keysTakeTurns() throws {
        let pool = OutboundPool<String>("test", threads: 1, capacity: 100, now: { 0 })
        defer { pool.stop() }
        let done = Collected<String>()
        let barrier = try Barrier(pool)
        for number in 0..<4 { try pool.submit(for: "a") { _ in done.append("a\(number)") } }
        for number in 0..<2 { try pool.submit(for: "b") { _ in done.append("b\(number)") } }
        barrier.open()
        #expect(eventually { done.all == ["a0", "b0", "a1", "b1", "a2", "a3"] })
    }

    @Test func whatIsTooMuchIsSaidAtOnce() throws {
        let pool = OutboundPool<String>("test", threads: 1, capacity: 3)
        defer { pool.stop() }
        let done = Collected<Int>()
        let barrier = try Barrier(pool)
        for number in 0..<2 { try pool.submit(for: "a") { _ in done.append(number) } }
        // One place is for others.
        #expect(throws: OutboundError.full) { try pool.submit(for: "a") { _ in done.append(2) } }
        try pool.submit(for: "b") { _ in done.append(3) }
        #expect(throws: OutboundError.full) { try pool.submit(for: "c") { _ in done.append(4) } }
        barrier.open()
        #expect(eventually { done.all == [0, 3, 1] })
        try pool.submit(for: "a") { _ in done.append(5) }
        #expect(eventually { done.all == [0, 3, 1, 5] })
    }

    @Test func whatIsDueTogetherRunsInTheOrderItCame() throws {
        let pool = OutboundPool<String>("test", threads: 1, now: { 0 })
        defer { pool.stop() }
        let done = Collected<Int>()
        let barrier = try Barrier(pool)
        for number in 0..<20 { try pool.submit(for: "a") { _ in done.append(number) } }
        barrier.open()
        #expect(eventually { done.all == Array(0..<20) })
    }

    // MARK: - Trying again

    @Test func failuresAreTriedAgainByTheSchedule() throws {
        let clock = ManualClock()
        let told = Collected<Told>()
        let pool = OutboundPool<String>(
            "test", .local, threads: 1, now: { clock.now }, told: { told.append(Told($0)) })
        defer { pool.stop() }
        try Peer.answering(answer("503 Service Unavailable")) { peer in
            pool.send(message(to: peer), for: "a", retrying: Retry(after: [.seconds(1), .seconds(10)]))
            for (number, wait) in [(1, 1_000_000_000), (2, 10_000_000_000)] as [(Int, Int64)] {
                #expect(eventually { peer.requests.count == number })
                try settle(pool)
                clock.move(by: wait - 1)
                try settle(pool)
                #expect(peer.requests.count == number)
                clock.move(by: 1)
                pool.clockMoved()
            }
            #expect(eventually { told.all.count == 3 })
            #expect(
                told.all == [
                    Told(1, .failure(.status(503)), nextTry: .seconds(1)),
                    Told(2, .failure(.status(503)), nextTry: .seconds(10)), Told(3, .failure(.status(503))),
                ])
            #expect(peer.requests.count == 3)
        }
    }

    @Test func successEndsIt() throws {
        let told = Collected<Told>()
        let pool = OutboundPool<String>("test", .local, told: { told.append(Told($0)) })
        defer { pool.stop() }
        let count = Counted()
        try Peer.serving({ try $1.send(answer(count.next() < 3 ? "500 Oh" : "200 OK")) }) { peer in
            pool.send(message(to: peer), for: "a", retrying: Retry(after: [.zero, .zero, .zero, .zero]))
            #expect(eventually { told.all.last == Told(3, .success(200)) })
        }
    }

    @Test func whatCannotPassIsNotTriedAgain() throws {
        let told = Collected<Told>()
        let pool = OutboundPool<String>("test", .local, told: { told.append(Told($0)) })
        defer { pool.stop() }
        try Peer.answering(answer("400 Bad Request")) { peer in
            pool.send(message(to: peer), for: "a", retrying: Retry(after: [.zero]))
            #expect(eventually { told.all == [Told(1, .failure(.status(400)))] })
        }
    }

    @Test func whatFindsNoPlaceIsToldToo() throws {
        let told = Collected<Told>()
        let pool = OutboundPool<String>("test", .local, threads: 1, capacity: 1, told: { told.append(Told($0)) })
        let barrier = try Barrier(pool)
        try Peer.answering(answer()) { peer in
            pool.send(message(to: peer), for: "b")
            pool.send(message(to: peer), for: "b")
            #expect(told.all == [Told(0, .failure(.full))])
            barrier.open()
            #expect(eventually { told.all.last == Told(1, .success(200)) })
            pool.stop()
            pool.send(message(to: peer), for: "b")
            #expect(told.all.last == Told(0, .failure(.stopped)))
        }
    }

    @Test func aTryTakesNoLongerThanItMay() throws {
        let told = Collected<Told>()
        let patient = Limits { $0.totalTime = .seconds(3600) }
        let pool = OutboundPool<String>("test", .local, patient, told: { told.append(Told($0)) })
        defer { pool.stop() }
        try Peer.serving({ try $1.waitForEnd() }) { silent in
            pool.send(message(to: silent), for: "a", within: .milliseconds(50))
            #expect(eventually { told.all == [Told(1, .failure(.time))] })
        }
    }

    @Test(arguments: [
        ("http://a.example/b?c=d", "a.example"), ("https://a.example:8080", "a.example:8080"),
        ("http://[::1]:80/", "[::1]:80"), ("http://me:s3cret@a.example#x", "a.example"), ("HTTP://A?b@c", "A"),
        ("http://a\\@b", "a"), ("", ""),
    ])
    func ofAURLTheHostAloneIsTold(url: String, host: String) {
        #expect(Delivery.host(of: url) == host)
    }

    // MARK: - The end

    @Test func stoppingEndsWhatRunsAndGivesUpWhatWaits() throws {
        let pool = OutboundPool<String>("test", .local, threads: 1)
        try Peer.serving({ try $1.waitForEnd() }) { slow in
            let ended = Collected<OutboundError?>()
            let job: @Sendable (Client) -> Void = { client in ended.append(client.refusal(slow.url())) }
            try pool.submit(for: "a", job)
            #expect(eventually { slow.requests.count == 1 })
            try pool.submit(for: "a", job)
            try pool.submit(for: "a", job)
            #expect(pool.stop() == 2)
            // Each was called once; the two that waited have asked nobody.
            #expect(ended.all == [.stopped, .stopped, .stopped])
            #expect(slow.requests.count == 1)
            #expect(throws: OutboundError.stopped) { try pool.submit(for: "a", job) }
        }
    }

    @Test func messagesThatWaitAreGivenUp() throws {
        let clock = ManualClock()
        let told = Collected<Told>()
        let pool = OutboundPool<String>(
            "test", .local, threads: 1, now: { clock.now }, told: { told.append(Told($0)) })
        try Peer.answering(answer("503 Service Unavailable")) { peer in
            pool.send(message(to: peer), for: "a", retrying: Retry(after: [.seconds(60)]))
            #expect(eventually { peer.requests.count == 1 })
            try settle(pool)
            #expect(pool.isIdle(before: 60_000_000_000) && !pool.isIdle(before: 60_000_000_001))
            #expect(pool.stop() == 1)
            #expect(told.all.last == Told(1, .failure(.stopped)))
        }
    }

    @Test func aPoolThatWasNeverUsedStops() {
        #expect(OutboundPool<String>("test").stop() == 0)
    }
}

private func message(to peer: Peer) -> Message {
    .webhook(SharedBytes("{}"), about: "a task", to: peer.url("/?token=s3cret"))
}

/// What differs from one delivery to the next.
private struct Told: Equatable, Sendable {
    let tries: Int
    let outcome: Result<Int, OutboundError>
    let nextTry: Duration?

    init(_ tries: Int, _ outcome: Result<Int, OutboundError>, nextTry: Duration? = nil) {
        (self.tries, self.outcome, self.nextTry) = (tries, outcome, nextTry)
    }

    init(_ delivery: Delivery) {
        self.init(delivery.tries, delivery.outcome, nextTry: delivery.nextTry)
        #expect(delivery.subject == "a task" && delivery.host.hasPrefix("127.0.0.1:"))
    }
}

/// Waits until a pool's one thread has looked at what is due, and is through with all that was.
private func settle(_ pool: OutboundPool<String>) throws {
    let isThrough = Collected<Int>()
    try pool.submit(for: "a") { _ in isThrough.append(0) }
    #expect(eventually { isThrough.all == [0] })
}

/// Keeps a pool's one thread busy until it is opened.
private struct Barrier {
    private let isOpen = Collected<Bool>()

    init(_ pool: OutboundPool<String>) throws {
        let isBusy = Collected<Bool>()
        try pool.submit(for: "a") { [isOpen] _ in
            isBusy.append(true)
            _ = eventually { !isOpen.all.isEmpty }
        }
        #expect(eventually { !isBusy.all.isEmpty })
    }

    func open() { isOpen.append(true) }
}

private final class ManualClock: Sendable {
    private let time = Atomic<Int64>(0)

    var now: Int64 { time.load(ordering: .acquiring) }
    func move(by step: Int64) { time.wrappingAdd(step, ordering: .acquiringAndReleasing) }
}

private final class Collected<Value: Sendable>: Sendable {
    private let values = Locked<[Value]>([])

    var all: [Value] { values.withLock { $0 } }

    @Sendable func append(_ value: Value) { values.withLock { $0.append(value) } }
}

private final class Counted: Sendable {
    private let count = Atomic<Int>(0)

    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
