import Bytes
import Outbound
import System
import TestStores
import TestSupport
import Testing
import Time

@testable import Tasks

/// A task service on stores that fail and take their time.
@Suite struct StoreFailureTests {
    private let store = TestTaskStore()
    private let someone = Namespace("someone")

    @Test func `a task whose record cannot be written is refused, and nothing of it is left`() throws {
        let test = TestTasks(store: store) { ($0.balance, $0.queueLength) = (10, 1) }
        // First the process has no lease yet; then it has one, and the record cannot be written.
        for _ in 0..<2 {
            store.trouble.disconnect()
            for _ in 0..<3 {
                #expect(throws: TaskError.unavailable(retryAfter: 1)) { try test.submit("a cat", cost: 10) }
            }
            store.trouble.connect()
            #expect(test.service.balance(of: someone) == 10 && test.service.counts.tasks == 0)
            try test.service.start()
        }
        #expect(test.storeFailures >= 6 && test.refusals == [])
        let task = try test.submit("a cat", cost: 10)
        #expect(test.outcome(task.id) == .ready && test.service.balance(of: someone) == 0)
    }

    @Test func `reading a task from a store that fails is unavailable, and works again later`() throws {
        let test = TestTasks(store: store)
        let task = try test.submit("a cat")
        #expect(test.outcome(task.id) == .ready)
        store.trouble.disconnect()
        let unavailable = TaskError.unavailable(retryAfter: 1)
        #expect(throws: unavailable) { _ = try test.service.task(task.id) }
        #expect(throws: unavailable) { _ = try test.service.poll(task.id, of: "test") }
        #expect(throws: unavailable) { _ = try test.service.picture(of: task.id) }
        #expect(throws: unavailable) { _ = try test.service.whenEnded(task.id) { _ in } }
        #expect(test.storeFailures >= 4)
        store.trouble.connect()
        #expect(try test.service.poll(task.id, of: "test")?.state == .ended(.ready))
        #expect(test.picture(task.id) == "made of a cat" && test.service.mayWait)
    }

    @Test func `an image that cannot be stored is refused`() throws {
        let images = TestBlobStore()
        let test = TestTasks(images: images)
        images.trouble.failNext(1)
        #expect(throws: TaskError.unavailable(retryAfter: 1)) { try test.submit("a cat") }
        #expect(test.outcome(try test.submit("a cat").id) == .ready)
        #expect(eventually { images.usage.total == 0 })
    }

    @Test func `a picture that cannot be stored at once is stored later`() throws {
        let results = TestBlobStore()
        let test = TestTasks(results: results)
        results.trouble.failNext(3)
        let task = try test.submit("a cat")
        #expect(test.outcome(task.id) == .ready && test.picture(task.id) == "made of a cat")
        #expect(test.making.all == ["a cat"] && test.storeFailures == 3)
    }

    @Test func `an outcome that cannot be written is written later, and charged once`() throws {
        let test = TestTasks(store: store) { $0.balance = 100 }
        test.making.hold()
        let tasks = try ["a cat", "a cat", "a dog"].map { try test.submit($0, cost: 10) }
        let ended = Locked(0)
        for task in tasks { #expect(test.observe(task.id) { _ in ended.withLock { $0 += 1 } }) }
        store.trouble.disconnect()
        test.making.release()
        #expect(eventually { test.storeFailures >= 3 })
        // Nothing waits for the store: neither time, nor a caller.
        test.pass(seconds: 1)
        #expect(throws: TaskError.self) { _ = try test.service.task(tasks[0].id) }
        store.trouble.connect()
        #expect(eventually { ended.withLock { $0 } == 3 })
        for task in tasks { #expect(test.outcome(task.id) == .ready && test.picture(task.id) != nil) }
        #expect(test.service.balance(of: someone) == 70)
        test.pass(seconds: 3600)
        #expect(store.count == 0 && test.service.counts.pictures == 0)
    }

    @Test func `a poll that is held for a picture is answered when the store fails`() throws {
        let test = TestTasks(store: store)
        test.making.hold()
        let task = try test.submit("a cat")
        let answers = Locked<[Result<TaskView?, TaskError>]>([])
        test.service.awaitPoll(task.id, of: "test") { answer in answers.withLock { $0.append(answer) } }
        store.trouble.disconnect()
        test.making.release()
        #expect(eventually { answers.withLock { $0.count } == 1 })
        guard case .failure(.unavailable) = answers.withLock({ $0[0] }) else {
            Issue.record("the poll was answered without the store")
            return
        }
        test.service.awaitPoll(task.id, of: "test") { answer in answers.withLock { $0.append(answer) } }
        #expect(answers.withLock { $0.count } == 2)
        store.trouble.connect()
        #expect(test.outcome(task.id) == .ready)
    }

    @Test func `a poll that is held is answered once the picture is made, and counts once`() throws {
        let test = TestTasks(store: store) { $0.life = Life([.init(.ready, .polls(1)), .init(.lost)]) }
        test.making.hold()
        store.trouble.delay(.milliseconds(2))
        let task = try test.submit("a cat")
        let answers = Locked<[TaskView.State?]>([])
        for _ in 0..<2 {
            test.service.awaitPoll(task.id, of: "test") { answer in
                let state = (try? answer.get())?.state
                answers.withLock { $0.append(state) }
            }
        }
        #expect(answers.withLock { $0 } == [])
        test.making.release()
        #expect(eventually { answers.withLock { $0.count } == 2 })
        #expect(answers.withLock { $0 } == [.ended(.ready), .lost])
    }

    @Test func `what is due while the store fails happens later`() throws {
        let test = TestTasks(store: store)
        let task = try test.submit("a cat")
        #expect(test.outcome(task.id) == .ready)
        store.trouble.disconnect()
        test.pass(seconds: 3600)
        #expect(store.count == 1)
        store.trouble.connect()
        #expect(eventually { store.count == 0 && test.service.counts.pictures == 0 })
    }

    @Test func `a task that ends as it is accepted gives back its credits and sends its webhook`() throws {
        try Peer.answering(answer()) { peer in
            let test = TestTasks(store: store, sender: OutboundPool("test", .local)) { $0.activeLimit = 1 }
            test.composeWebhooks()
            for number in 1...3 {
                var order = try test.order("a cat", cost: 10)
                (order.activeLimit, order.life) = (1, Life([.init(.error("no"))]))
                order.outbox = [OutboxEntry(.webhook, to: peer.url("/\(number)"), retrying: .never)]
                let task = try test.service.submit(order, by: someone)
                #expect(test.view(task.id)?.state == .ended(.failed(Failure(.scripted, "no"))))
            }
            let outbox = [OutboxEntry(.webhook, to: peer.url("/4"), retrying: .never)]
            try test.service.submitFailed("no room", note: nil, outbox: outbox, by: someone)
            test.pass(seconds: 0)
            #expect(peer.requests.count == 4)
            #expect(test.service.balance(of: someone) == Tasks.Settings().balance && test.making.all == [])
            #expect(!test.service.hasUnsent(before: .never))
        }
    }

    /// An attempt must leave nothing behind that makes the next one costlier.
    @Test func `thousands of messages can be dropped one after the other`() throws {
        let test = TestTasks(store: store, sender: OutboundPool("test", .local))
        test.composeWebhooks()
        test.service.setMessageFault { _, _ in
            var fault = MessageFault()
            fault.drops = true
            return fault
        }
        for number in 1...3000 {
            var order = try test.order("a cat")
            order.life = Life([.init(.error("no"))])
            order.outbox = [OutboxEntry(.webhook, to: "http://127.0.0.1:1/\(number)", retrying: .never)]
            _ = try test.service.submit(order, by: someone)
        }
        #expect(eventually { !test.service.hasUnsent(before: .never) })
    }

    @Test func `a webhook that is due while the store fails is sent later`() throws {
        try withBrokenPeer { peer, isBroken in
            let test = TestTasks(store: store, sender: OutboundPool("test", .local))
            test.composeWebhooks()
            let task = try submit(to: test, webhook: peer.url())
            #expect(eventually { peer.requests.count == 1 && (try? store.record(task.id))??.outbox[0].tries == 1 })
            isBroken.withLock { $0 = false }
            store.trouble.disconnect()
            test.pass(seconds: 60)
            #expect(peer.requests.count == 1 && test.storeFailures > 0)
            store.trouble.connect()
            #expect(eventually { (try? store.record(task.id))??.hasUnsent == false })
            #expect(peer.requests.count == 2 && !test.service.hasUnsent(before: .never))
        }
    }

    @Test func `what came of a webhook is written later if the store fails`() throws {
        try withBrokenPeer { peer, isBroken in
            let test = TestTasks(store: store, sender: OutboundPool("test", .local))
            test.composeWebhooks { [store] in if isBroken.withLock({ $0 }) { store.trouble.disconnect() } }
            let task = try submit(to: test, webhook: peer.url())
            #expect(eventually { test.storeFailures > 0 && peer.requests.count == 1 })
            isBroken.withLock { $0 = false }
            store.trouble.connect()
            #expect(eventually { (try? store.record(task.id))??.outbox[0].tries == 1 })
            // The second try, and what came of it.
            test.pass(seconds: 60)
            #expect(peer.requests.count == 2)
            #expect(try store.record(task.id)?.hasUnsent == false && !test.service.hasUnsent(before: .never))
        }
    }

    private func submit(to test: TestTasks, webhook url: String) throws -> TaskRecord {
        var order = try test.order("a cat")
        order.outbox = [OutboxEntry(.webhook, to: url, retrying: Retry(after: [.seconds(60)]))]
        return try test.service.submit(order, by: someone)
    }

    /// Serves with an error while the value is true.
    private func withBrokenPeer(_ body: (Peer, Locked<Bool>) throws -> Void) throws {
        let isBroken = Locked(true)
        try Peer.serving(
            { _, connection in
                try connection.send(answer(isBroken.withLock { $0 } ? "503 Service Unavailable" : "200 OK"))
            },
            { peer in try body(peer, isBroken) })
    }

    /// Threads use a service whose stores fail now and then: every call comes back, every accepted task ends, each picture is
    /// charged once, and nothing is left in the end.
    @Test(arguments: 0..<2)
    func `nothing that was accepted is lost or charged twice by stores that fail now and then`(seed: UInt64) throws {
        let (images, results) = (TestBlobStore(), TestBlobStore())
        let test = TestTasks(store: store, images: images, results: results) {
            ($0.workers, $0.balance, $0.life) = (2, 1_000_000, .standard)
        }
        let troubles = [store.trouble, images.trouble, results.trouble]
        for trouble in troubles {
            trouble.fail(rate: 0.2, seed: seed)
            trouble.delay(Interval(nanoseconds: 100_000))
        }
        let (accepted, number) = (Locked<[(TaskID, String)]>([]), Locked(UInt64(0)))
        let (ended, charged) = (Locked(0), Locked(Int64(0)))
        try onThreads(4) {
            var random = Seeded(
                seed * 100
                    + number.withLock { number in
                        number += 1
                        return number
                    })
            for _ in 0..<15 {
                let text = (random.next() % 5 == 0 ? "fail " : "cat ") + "\(random.next() % 20)"
                guard let task = try? test.submit(text, cost: 3) else { continue }
                accepted.withLock { $0.append((task.id, text)) }
                if text.hasPrefix("cat") { charged.withLock { $0 += 3 } }
                if random.next() % 4 == 0 { test.pass(seconds: 1) }
                for _ in 0..<3 { _ = try? test.service.poll(task.id, of: "test") }
                while !test.observe(task.id, { _ in ended.withLock { $0 += 1 } }) {}
            }
        }
        test.pass(seconds: 11)
        let tasks = accepted.withLock { $0 }
        #expect(tasks.count > 10 && troubles.allSatisfy { $0.failed > 0 })
        #expect(eventually { ended.withLock { $0 } == tasks.count })
        for trouble in troubles { trouble.fail(rate: 0) }
        for (id, text) in tasks {
            #expect(test.outcome(id) == (text.hasPrefix("cat") ? .ready : .failed(Failure(.image, text))))
        }
        #expect(test.service.balance(of: someone) == 1_000_000 - charged.withLock { $0 })
        test.pass(seconds: 7200)
        // A blob that could not be removed is kept too long, and nothing else.
        #expect(eventually { test.service.counts.tasks == 0 && test.service.counts.pictures == 0 })
        #expect(!test.service.agenda.isWorking)
    }
}

extension TestTasks {
    /// Has webhooks sent that name their task; calls `before` before each.
    func composeWebhooks(_ before: @escaping @Sendable () -> Void = {}) {
        service.composeMessages(for: "test") { view, entry throws(Errno) in
            before()
            var text = ByteBuffer()
            text.append("\(view.id)")
            return .webhook(SharedBytes(text), about: "\(view.id)", to: entry.url)
        }
    }
}

extension Outbound.Settings {
    /// Lets a client reach this machine.
    static var local: Outbound.Settings {
        var settings = Outbound.Settings()
        settings.policy.allowsPrivate = true
        return settings
    }
}
