import Bytes
import Outbound
import System
import TestStores
import TestSupport
import Testing
import Time

@testable import Tasks

/// Two processes on shared stores, of which one is gone: its connections fail.
@Suite struct LeaseTests {
    private let database = TestTaskStore.Database()
    private let images = TestBlobStore.Database()
    private let someone = Namespace("someone")

    /// A process, and its connections.
    private func process(
        _ change: @escaping (inout Tasks.Settings) -> Void = { _ in }
    ) -> (test: TestTasks, store: TestTaskStore, images: TestBlobStore) {
        let (store, images) = (TestTaskStore(database), TestBlobStore(images))
        let test = TestTasks(store: store, images: images, sender: OutboundPool("test", .local)) {
            $0.leaseTime = .milliseconds(150)
            change(&$0)
        }
        test.composeWebhooks()
        return (test, store, images)
    }

    private func submit(_ text: String, to test: TestTasks, webhook url: String? = nil) throws -> TaskRecord {
        var order = try test.order(text, cost: 10)
        if let url { order.outbox = [OutboxEntry(.webhook, to: url, retrying: Retry(after: [.seconds(60)]))] }
        return try test.service.submit(order, by: someone)
    }

    @Test func `a process takes over and finishes the tasks of one that is gone, webhooks included`() throws {
        try Peer.answering(answer()) { peer in
            let (first, second) = (process(), process())
            first.test.making.hold()
            let tasks = try (0..<5).map { try submit("cat \($0 % 4)", to: first.test, webhook: peer.url("/\($0)")) }
            #expect(eventually { first.test.making.all.count == 1 })
            try second.test.service.start()
            first.store.trouble.disconnect()
            first.images.trouble.disconnect()
            for task in tasks {
                #expect(second.test.outcome(task.id) == .ready)
                #expect(second.test.picture(task.id)?.hasPrefix("made of cat") == true)
            }
            #expect(
                eventually {
                    second.test.pass(seconds: 0); return peer.requests.count == 5
                })
            #expect(Set(peer.requests.map { $0.split(separator: " ")[1] }) == ["/0", "/1", "/2", "/3", "/4"])
            #expect(eventually { !second.test.service.hasUnsent(before: .never) })
            #expect(second.test.making.all.count == 4)
            // They expire and are forgotten as the process's own.
            second.test.pass(seconds: 3600)
            #expect(database.count == 0 && second.test.service.counts.pictures == 0)
        }
    }

    @Test func `a task that was taken over ends without polls, and its webhook is sent`() throws {
        try Peer.answering(answer()) { peer in
            let (first, second) = (process { $0.life = .standard }, process())
            first.test.making.hold()
            let task = try submit("a cat", to: first.test, webhook: peer.url())
            try second.test.service.start()
            first.store.trouble.disconnect()
            #expect(eventually { second.test.view(task.id)?.record.made != nil })
            second.test.pass(seconds: 9)
            #expect(second.test.view(task.id)?.record.end == nil)
            second.test.pass(seconds: 1)
            let record = try second.store.record(task.id)
            #expect(record?.end?.finished == task.accepted + .seconds(10) && record?.hasUnsent == false)
            #expect(peer.requests.count == 1)
        }
    }

    @Test func `a process that lives keeps its tasks`() throws {
        let (first, second) = (process(), process())
        first.test.making.hold()
        let task = try submit("a cat", to: first.test)
        try second.test.service.start()
        pause(milliseconds: 500)
        #expect(second.test.making.all == [])
        first.test.making.release()
        #expect(first.test.outcome(task.id) == .ready && second.test.view(task.id)?.state == .ended(.ready))
    }

    @Test func `tasks that find no room in the queue are taken over later`() throws {
        let (first, second) = (process(), process { $0.queueLength = 1 })
        first.test.making.hold()
        let tasks = try (0..<4).map { try submit("cat \($0)", to: first.test) }
        try second.test.service.start()
        first.store.trouble.disconnect()
        for task in tasks { #expect(second.test.outcome(task.id) == .ready) }
    }

    @Test func `tasks are taken over by a process whose stores fail at first`() throws {
        let (first, second) = (process(), process())
        first.test.making.hold()
        let tasks = try (0..<3).map { try submit("cat \($0)", to: first.test) }
        try second.test.service.start()
        second.images.trouble.failNext(1)
        second.store.trouble.fail(rate: 0.3)
        first.store.trouble.disconnect()
        for task in tasks { #expect(eventually { second.test.outcome(task.id) == .ready }) }
    }

    @Test func `a webhook that waits for its next try is sent by another process, when it is due`() throws {
        let isBroken = Locked(true)
        let serve: @Sendable (String, borrowing Peer.Connection) throws -> Void = { _, connection in
            try connection.send(answer(isBroken.withLock { $0 } ? "503 Service Unavailable" : "200 OK"))
        }
        try Peer.serving(serve) { peer in
            let (first, second) = (process(), process())
            let task = try submit("a cat", to: first.test, webhook: peer.url())
            #expect(first.test.outcome(task.id) == .ready)
            #expect(
                eventually {
                    first.test.pass(seconds: 0); return peer.requests.count == 1
                })
            isBroken.withLock { $0 = false }
            first.store.trouble.disconnect()
            try second.test.service.start()
            #expect(
                eventually { second.test.service.hasUnsent(before: .never) || second.test.service.agenda.count > 1 })
            pause(milliseconds: 300)
            second.test.pass(seconds: 59)
            #expect(peer.requests.count == 1)
            second.test.pass(seconds: 1)
            #expect(peer.requests.count == 2)
            #expect(try second.store.record(task.id)?.hasUnsent == false)
        }
    }

    @Test func `a task whose image is gone with its process fails`() throws {
        let store = TestTaskStore(database)
        let first = process()
        first.test.making.hold()
        let task = try submit("a cat", to: first.test)
        let second = TestTasks(store: store) { $0.leaseTime = .milliseconds(150) }
        first.store.trouble.disconnect()
        try second.service.start()
        #expect(second.outcome(task.id) == .failed(Failure(.storage, "the image is gone")))
    }

    @Test func `a process that cannot have a lease accepts no task`() throws {
        let first = process()
        first.store.trouble.failNext(1)
        #expect(throws: TaskError.unavailable(retryAfter: 1)) { try submit("a cat", to: first.test) }
        first.store.trouble.failNext(1)
        #expect(throws: TaskError.unavailable(retryAfter: 1)) { try first.test.service.start() }
        #expect(first.test.outcome(try submit("a cat", to: first.test).id) == .ready)
    }
}
