import Bytes
import Synchronization
import System
import TestSupport
import Testing

@testable import Outbound

struct OutboundPoolTests {
    @Test func `jobs run with a client of the pool`() throws {
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

    @Test func `slow hosts of one key do not delay another key`() throws {
        let pool = OutboundPool<String>("test", .local, threads: 4, capacity: 300)
        try Peer.serving({ try $1.waitForEnd() }) { slow in
            try Peer.answering(answer("200 OK", "there")) { quick in
                let results = Collected<String>()
                // The limit is long enough that only another thread can serve the second key.
                let patient = Limits { $0.totalTime = .seconds(3600) }
                for _ in 0..<100 { try pool.submit(for: "greedy") { _ = try? $0.fetch(slow.url(), patient) } }
                #expect(eventually { slow.requests.count == 1 })
                try pool.submit(for: "modest") { results.append((try? $0.fetch(quick.url()).bytes.text) ?? "nothing") }
                #expect(eventually { results.all == ["there"] })
                pool.stop()
            }
        }
    }

    /// Of six threads, the first key gets three, the second two and the third one.
    @Test func `a key may use half of the threads that the other keys leave`() throws {
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

    @Test func `keys take turns`() throws {
        let pool = OutboundPool<String>("test", threads: 1, capacity: 100)
        defer { pool.stop() }
        let done = Collected<String>()
        let barrier = try Barrier(pool)
        for number in 0..<4 { try pool.submit(for: "a") { _ in done.append("a\(number)") } }
        for number in 0..<2 { try pool.submit(for: "b") { _ in done.append("b\(number)") } }
        barrier.open()
        #expect(eventually { done.all == ["a0", "b0", "a1", "b1", "a2", "a3"] })
    }

    @Test func `a job over the capacity is refused at once`() throws {
        let pool = OutboundPool<String>("test", threads: 1, capacity: 3)
        defer { pool.stop() }
        let done = Collected<Int>()
        let barrier = try Barrier(pool)
        for number in 0..<2 { try pool.submit(for: "a") { _ in done.append(number) } }
        // The last place is reserved for other keys.
        #expect(throws: OutboundError.full) { try pool.submit(for: "a") { _ in done.append(2) } }
        try pool.submit(for: "b") { _ in done.append(3) }
        #expect(throws: OutboundError.full) { try pool.submit(for: "c") { _ in done.append(4) } }
        barrier.open()
        #expect(eventually { done.all == [0, 3, 1] })
        try pool.submit(for: "a") { _ in done.append(5) }
        #expect(eventually { done.all == [0, 3, 1, 5] })
    }

    @Test func `jobs of a key run in the order of submission`() throws {
        let pool = OutboundPool<String>("test", threads: 1)
        defer { pool.stop() }
        let done = Collected<Int>()
        let barrier = try Barrier(pool)
        for number in 0..<20 { try pool.submit(for: "a") { _ in done.append(number) } }
        barrier.open()
        #expect(eventually { done.all == Array(0..<20) })
    }

    // MARK: - Messages

    @Test func `a message takes no longer than it may`() throws {
        let pool = OutboundPool<String>("test", .local, Limits { $0.totalTime = .seconds(3600) })
        defer { pool.stop() }
        let ended = Collected<OutboundError?>()
        try Peer.serving({ try $1.waitForEnd() }) { silent in
            try pool.submit(for: "a") { [weak pool] client in
                ended.append(
                    reason { () throws(OutboundError) in
                        _ = try pool?.send(message(to: silent), with: client, within: .milliseconds(50))
                    })
            }
            #expect(eventually { ended.all == [.time] })
        }
    }

    @Test(arguments: [
        ("http://a.example/b?c=d", "a.example"), ("https://a.example:8080", "a.example:8080"),
        ("http://[::1]:80/", "[::1]:80"), ("http://me:s3cret@a.example#x", "a.example"), ("HTTP://A?b@c", "A"),
        ("http://a\\@b", "a"), ("", ""),
    ])
    func `a delivery shows the host of its URL alone`(url: String, host: String) {
        #expect(Delivery.host(of: url) == host)
    }

    @Test func `each transfer is reported with its size, status and error`() throws {
        let reports = Collected<TransferReport>()
        let pool = OutboundPool<String>("test", .local, threads: 1, report: { reports.append($0) })
        defer { pool.stop() }
        try Peer.answering(answer("200 OK", "there")) { peer in
            try pool.submit(for: "a") { [weak pool] client in
                _ = try? client.fetch(peer.url("/a?token=s3cret"))
                _ = try? pool?.send(message(to: peer), with: client)
                _ = try? client.fetch("http://127.0.0.1:1/")
            }
            #expect(eventually { reports.all.count == 3 })
            #expect(reports.all.map(\.kind) == [.fetch, .webhook, .fetch])
            #expect(reports.all.map(\.method) == ["GET", "POST", "GET"])
            #expect(reports.all.map(\.status) == [200, 200, 0])
            #expect(reports.all.map(\.bytesReceived) == [5, 0, 0] && reports.all.map(\.bytesSent) == [0, 2, 0])
            #expect(reports.all.map(\.subject) == [nil, "a task", nil])
            #expect(reports.all[2].outcome == .failure(.cannotConnect))
        }
    }

    // MARK: - Stopping

    @Test func `stopping a pool cancels the running and the waiting jobs`() throws {
        let pool = OutboundPool<String>("test", .local, threads: 1)
        try Peer.serving({ try $1.waitForEnd() }) { slow in
            let ended = Collected<OutboundError?>()
            let job: @Sendable (Client) -> Void = { client in ended.append(client.refusal(slow.url())) }
            try pool.submit(for: "a", job)
            #expect(eventually { slow.requests.count == 1 })
            try pool.submit(for: "a", job)
            try pool.submit(for: "a", job)
            #expect(pool.stop() == 2)
            // Each job ran once, and the two waiting jobs sent no request.
            #expect(ended.all == [.stopped, .stopped, .stopped])
            #expect(slow.requests.count == 1)
            #expect(throws: OutboundError.stopped) { try pool.submit(for: "a", job) }
        }
    }

    @Test func `a pool that was never used can be stopped`() {
        #expect(OutboundPool<String>("test").stop() == 0)
    }
}

private func message(to peer: Peer) -> Message {
    .webhook(SharedBytes("{}"), about: "a task", to: peer.url("/?token=s3cret"))
}

/// Occupies the only thread of a pool until `open` is called.
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

private final class Collected<Value: Sendable>: Sendable {
    private let values = Locked<[Value]>([])

    var all: [Value] { values.withLock { $0 } }

    @Sendable func append(_ value: Value) { values.withLock { $0.append(value) } }
}
