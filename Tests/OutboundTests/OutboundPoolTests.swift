import Bytes
import Net
import Synchronization
import TestSupport
import Testing

@testable import Outbound

struct OutboundPoolTests {
    @Test func jobsRunWithAClientOfThePools() throws {
        let pool = OutboundPool(.local)
        defer { pool.stop() }
        try Peer.answering(answer("200 OK", "there")) { peer in
            let results = Collected<String>()
            for _ in 0..<10 {
                try pool.submit { client in
                    results.append((try? client.fetch(peer.url()).bytes.text) ?? "nothing")
                }
            }
            #expect(eventually { results.all.count == 10 })
            #expect(Set(results.all) == ["there"])
        }
    }

    @Test func slowPeersHoldUpNobodyElse() throws {
        let pool = OutboundPool(.local, threads: 2)
        try Peer.serving({ try $1.waitForEnd() }) { slow in
            try Peer.answering(answer("200 OK", "there")) { quick in
                let results = Collected<String>()
                // So patient that only another thread can help.
                let patient = Limits {
                    $0.totalTime = .seconds(3600)
                }
                try pool.submit { _ = try? $0.fetch(slow.url(), patient) }
                #expect(eventually { slow.requests.count == 1 })
                try pool.submit { results.append((try? $0.fetch(quick.url()).bytes.text) ?? "nothing") }
                #expect(eventually { results.all == ["there"] })
                pool.stop()
            }
        }
    }

    @Test func whatIsTooMuchIsSaidAtOnce() throws {
        let pool = OutboundPool(threads: 1, capacity: 2)
        defer { pool.stop() }
        let done = Collected<Int>()
        let barrier = try Barrier(pool)
        for number in 0..<2 { try pool.submit { _ in done.append(number) } }
        #expect(throws: OutboundError.full) { try pool.submit { _ in done.append(2) } }
        barrier.open()
        #expect(eventually { done.all.count == 2 })
        try pool.submit { _ in done.append(3) }
        #expect(eventually { done.all == [0, 1, 3] })
    }

    @Test func whatIsDueTogetherRunsInTheOrderItCame() throws {
        let pool = OutboundPool(threads: 1, now: { 0 })
        defer { pool.stop() }
        let done = Collected<Int>()
        let barrier = try Barrier(pool)
        for number in 0..<20 { try pool.submit { _ in done.append(number) } }
        barrier.open()
        #expect(eventually { done.all == Array(0..<20) })
    }

    // MARK: - Trying again

    @Test func failuresAreTriedAgainByTheSchedule() throws {
        let clock = ManualClock()
        let pool = OutboundPool(.local, threads: 1, now: { clock.now })
        defer { pool.stop() }
        try Peer.answering(answer("503 Service Unavailable")) { peer in
            let ended = Collected<Delivery>()
            try pool.send(
                .post(json: SharedBytes("{}"), to: peer.url()), retrying: Retry(after: [.seconds(1), .seconds(10)]),
                ended: ended.append)
            for (number, wait) in [(1, 1_000_000_000), (2, 10_000_000_000)] as [(Int, Int64)] {
                #expect(eventually { peer.requests.count == number })
                try settle(pool)
                clock.move(by: wait - 1)
                try settle(pool)
                #expect(peer.requests.count == number)
                clock.move(by: 1)
                pool.clockMoved()
            }
            #expect(eventually { ended.all == [Delivery(tries: 3, outcome: .failure(.status(503)))] })
            #expect(peer.requests.count == 3)
        }
    }

    @Test func successEndsIt() throws {
        let pool = OutboundPool(.local)
        defer { pool.stop() }
        let count = Counted()
        try Peer.serving({ try $1.send(answer(count.next() < 3 ? "500 Oh" : "200 OK")) }) { peer in
            let ended = Collected<Delivery>()
            try pool.send(
                .post(json: SharedBytes("{}"), to: peer.url()), retrying: Retry(after: [.zero, .zero, .zero, .zero]),
                ended: ended.append)
            #expect(eventually { ended.all == [Delivery(tries: 3, outcome: .success(200))] })
        }
    }

    @Test func whatCannotPassIsNotTriedAgain() throws {
        let pool = OutboundPool(.local)
        defer { pool.stop() }
        try Peer.answering(answer("400 Bad Request")) { peer in
            let ended = Collected<Delivery>()
            try pool.send(
                .post(json: SharedBytes("{}"), to: peer.url()), retrying: Retry(after: [.zero]), ended: ended.append)
            #expect(eventually { ended.all == [Delivery(tries: 1, outcome: .failure(.status(400)))] })
        }
    }

    // MARK: - The end

    @Test func stoppingEndsWhatRunsAndGivesUpWhatWaits() throws {
        let pool = OutboundPool(.local, threads: 1)
        try Peer.serving({ try $1.waitForEnd() }) { slow in
            let ended = Collected<OutboundError?>()
            let job: @Sendable (Client) -> Void = { client in ended.append(client.refusal(slow.url())) }
            try pool.submit(job)
            #expect(eventually { slow.requests.count == 1 })
            try pool.submit(job)
            try pool.submit(job)
            #expect(pool.stop() == 2)
            // Each was called once; the two that waited have asked nobody.
            #expect(ended.all == [.stopped, .stopped, .stopped])
            #expect(slow.requests.count == 1)
            #expect(throws: OutboundError.stopped) { try pool.submit(job) }
        }
    }

    @Test func messagesThatWaitAreGivenUp() throws {
        let clock = ManualClock()
        let pool = OutboundPool(.local, threads: 1, now: { clock.now })
        try Peer.answering(answer("503 Service Unavailable")) { peer in
            let ended = Collected<Delivery>()
            try pool.send(
                .post(json: SharedBytes("{}"), to: peer.url()), retrying: Retry(after: [.seconds(60)]),
                ended: ended.append)
            #expect(eventually { peer.requests.count == 1 })
            try settle(pool)
            #expect(pool.stop() == 1)
            #expect(ended.all == [Delivery(tries: 1, outcome: .failure(.stopped))])
        }
    }

    @Test func aPoolThatWasNeverUsedStops() {
        #expect(OutboundPool().stop() == 0)
    }
}

/// Waits until a pool's one thread has looked at what is due, and is through with all that was.
private func settle(_ pool: OutboundPool) throws {
    let isThrough = Collected<Int>()
    try pool.submit { _ in isThrough.append(0) }
    #expect(eventually { isThrough.all == [0] })
}

/// Keeps a pool's one thread busy until it is opened.
private struct Barrier {
    private let isOpen = Collected<Bool>()

    init(_ pool: OutboundPool) throws {
        let isBusy = Collected<Bool>()
        try pool.submit { [isOpen] _ in
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
