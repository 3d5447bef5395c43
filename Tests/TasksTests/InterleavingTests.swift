import Bytes
import Imaging
import Outpainting
import System
import TestSupport
import Testing

@testable import Tasks
@testable import Time

/// Random sequences of everything that a caller and a test can do, against a model: the pure value of each task, whose picture
/// is there from the beginning. So what a caller sees must not depend on when a thread has made the picture, on other callers,
/// or on the order in which requests of different keys come.
@Suite struct InterleavingTests {
    private static let names = ["one", "two", "three"]

    @Test(arguments: 0..<4)
    func `tasks follow the model whatever callers do in whatever order`(part: UInt64) {
        for number in 0..<60 {
            let seed = part * 1000 + UInt64(number)
            let first = Session(seed)
            first.run(steps: 60)
            #expect(first.problems == [], "seed \(seed)")
            // The same requests again show the same.
            let second = Session(seed)
            second.run(steps: 60)
            #expect(first.log == second.log && second.problems == [], "seed \(seed)")
        }
    }

    @Test(arguments: 0..<2)
    func `tasks follow the model while time runs and is frozen`(part: UInt64) {
        for number in 0..<40 {
            let seed = part * 1000 + UInt64(number)
            let session = Session(seed)
            session.run(steps: 60, time: true)
            #expect(session.problems == [], "seed \(seed)")
        }
    }

    /// Each caller moves only its own time. What it sees is the same if all take turns, in any order, and if all come at once.
    @Test(arguments: 0..<2)
    func `what a key sees does not depend on the requests of other keys`(part: UInt64) throws {
        for number in 0..<15 {
            let seed = part * 1000 + UInt64(number)
            let logs = (0..<2).map { order in
                let session = Session(seed)
                session.takeTurns(steps: 40, order: UInt64(order))
                #expect(session.problems == [], "seed \(seed)")
                return session.log
            }
            #expect(logs[0] == logs[1], "seed \(seed)")
            let test = Session.service()
            let found = Locked<[String: (log: [String], problems: [String])]>([:])
            let next = Locked(0)
            try onThreads(3) {
                let caller = Caller(
                    test,
                    InterleavingTests.names[
                        next.withLock { next in
                            next += 1
                            return next - 1
                        }], seed)
                for _ in 0..<40 { caller.step() }
                found.withLock { $0[caller.name] = (caller.log, caller.problems) }
            }
            let all = found.withLock { $0 }
            #expect(all.values.allSatisfy { $0.problems.isEmpty }, "seed \(seed)")
            #expect(InterleavingTests.names.map { all[$0]?.log ?? [] } == logs[0], "seed \(seed)")
        }
    }

    @Test(arguments: 0..<2)
    func `a stop in the middle loses no task and charges none twice`(part: UInt64) {
        for number in 0..<40 {
            let seed = part * 1000 + UInt64(number)
            let session = Session(seed)
            session.run(steps: 20)
            session.stop()
            #expect(session.problems == [], "seed \(seed)")
        }
    }

    /// Several callers of one service, one after the other.
    private final class Session {
        let test = Session.service()
        let callers: [Caller]
        private var random: Seeded
        private(set) var problems: [String] = []

        var log: [[String]] { callers.map(\.log) }

        init(_ seed: UInt64) {
            random = Seeded(seed)
            let test = test
            callers = InterleavingTests.names.map { Caller(test, $0, seed) }
        }

        static func service() -> TestTasks {
            TestTasks {
                ($0.seed, $0.balance, $0.workers) = (1, Caller.balance, 2)
                ($0.resultLifetime, $0.taskRetention) = (.seconds(20), .seconds(40))
            }
        }

        func run(steps: Int, time isTimed: Bool = false) {
            for _ in 0..<steps {
                let caller = callers[Int(random.next() % 3)]
                switch random.next() % 12 {
                case 0:
                    let time = Interval.seconds([0, 2, 11, 45][Int(random.next() % 4)])
                    test.service.agenda.advance(nil, .by(time))
                    for caller in callers { caller.now = caller.now + time }
                case 1 where isTimed:
                    runTime(of: caller)
                default: caller.step()
                }
                checkTimes()
            }
            finish()
        }

        func takeTurns(steps: Int, order: UInt64) {
            var random = Seeded(order)
            var turns = (0..<3 * steps).map { $0 % 3 }
            turns.shuffle(using: &random)
            for turn in turns {
                callers[turn].step()
                checkTimes()
            }
            problems += callers.flatMap(\.problems)
        }

        /// Lets the time of a key run for a moment, after its pictures were made.
        private func runTime(of caller: Caller) {
            for task in callers.flatMap(\.tasks) where task.shadow.life.needsPicture {
                let isMade = eventually { (test.view(task.shadow.id)).map { $0.record.made != nil } ?? true }
                if !isMade { problems.append("a picture was not made") }
            }
            test.clock.run(caller.namespace.key, rate: 3000)
            if random.next() % 2 == 0 { pause(milliseconds: 1) }
            test.clock.freeze(caller.namespace.key)
            test.service.agenda.advance(caller.namespace.key, .by(.zero))
            caller.now = test.clock.now(for: caller.namespace.key)
        }

        /// No time but what was moved has moved.
        private func checkTimes() {
            for caller in callers where test.clock.now(for: caller.namespace.key) != caller.now {
                problems.append("the time of \(caller.name) has moved")
            }
        }

        private func finish() {
            for caller in callers { caller.check() }
            // All that ends is forgotten, and nothing is left of it.
            test.service.agenda.advance(nil, .by(.seconds(10_000)))
            for caller in callers {
                caller.now = caller.now + .seconds(10_000)
                caller.check()
            }
            let left = callers.flatMap(\.tasks).count { !$0.shadow.life.hasEnd }
            let counts = test.service.counts
            if counts.tasks != left { problems.append("\(counts.tasks) tasks are known instead of \(left)") }
            if left == 0, counts.pictures != 0 { problems.append("\(counts.pictures) pictures are left") }
            problems += callers.flatMap(\.problems)
        }

        func stop() {
            for caller in callers { caller.submit("long \(random.next() % 2)") }
            test.service.stop()
            for caller in callers { caller.checkStopped() }
            problems += callers.flatMap(\.problems)
        }
    }

    /// A caller with one key, and what it knows of its tasks.
    private final class Caller {
        struct Task {
            let text: String
            /// What the task shows, if its picture was made when it was accepted.
            var shadow: TaskRecord
            /// How far a poll has seen it in its life.
            var seen = 0
        }

        static let balance: Int64 = 1_000_000

        let name: String
        let namespace: Namespace
        var now: Instant
        private(set) var tasks: [Task] = []
        private(set) var log: [String] = []
        private(set) var problems: [String] = []
        private let test: TestTasks
        private var random: Seeded

        init(_ test: TestTasks, _ name: String, _ seed: UInt64) {
            (self.test, self.name, namespace, now) = (test, name, Namespace(name), test.now)
            random = Seeded(seed &* 31 &+ UInt64(name.utf8.count))
        }

        private func random(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

        func step() {
            switch random(16) {
            case 0..<4: submit("\(["cat", "cat", "fail", "moderate"][random(4)]) \(random(3))")
            case 4..<9: poll()
            case 9..<11: download()
            case 11..<14: advance(by: [0, 1, 3, 10, 25][random(5)])
            default: check()
            }
        }

        private static let lives: [Life] = [
            .standard, .standard, .ready, Life([.init(.pending, .polls(3)), .init(.ready)]),
            Life([.init(.pending, .span(.seconds(4))), .init(.ready)]),
            Life([.init(.pending, .polls(1)), .init(.generating, .span(.seconds(4))), .init(.ready)]),
            Life([.init(.pending, .polls(2)), .init(.error("x"))]), Life([.init(.error("x"))]),
            Life([.init(.pending, .span(.seconds(2))), .init(.moderated(Moderation(.request, reasons: [])))]),
            Life([.init(.pending, .polls(1)), .init(.generating)]),
            Life([.init(.answer(status: 429, retryAfter: 1), .polls(1)), .init(.ready)]),
        ]

        func submit(_ text: String) {
            if tasks.count >= 15 { return }
            let cost = Int64(1 + random(9))
            do {
                var order = try test.order(text, cost: cost)
                order.life = Caller.lives[random(Caller.lives.count)]
                order.isPolled = random(4) > 0
                var shadow = try test.service.submit(order, by: namespace)
                let outcome: Outcome =
                    text.hasPrefix("fail")
                    ? .failed(Failure(.image, text))
                    : text.hasPrefix("moderate") ? .moderated(Moderation(.content, reasons: ["Violence"])) : .ready
                shadow.set(.init(outcome, finished: now))
                tasks.append(Task(text: text, shadow: shadow))
                log.append("\(text) is \(shadow.id), seed \(shadow.seed)")
                if shadow.accepted != now { problems.append("accepted at another time") }
            } catch {
                problems.append("refused: \(error)")
            }
        }

        private func poll() {
            if tasks.isEmpty { return }
            let number = random(tasks.count)
            let expected = isForgotten(tasks[number]) ? nil : tasks[number].shadow.poll(at: now).state
            let answer = Locked<Result<TaskView?, TaskError>?>(nil)
            test.service.awaitPoll(tasks[number].shadow.id, of: "test") { result in answer.update { $0 = result } }
            let state = answer.wait { $0.map { .done($0) } ?? .again }.map { $0?.state }
            log.append("\(number) is \(state)")
            if state != .success(expected) { problems.append("poll: \(state) instead of \(expected as Any)") }
            if case .success(let state?) = state { see(state, number) }
        }

        /// States only go forward.
        private func see(_ state: TaskView.State, _ number: Int) {
            let steps = tasks[number].shadow.life.steps
            let place: Int? =
                switch state {
                case .unfinished(let state): steps.firstIndex { $0.state == state }
                case .answer(let status, let seconds):
                    steps.firstIndex { $0.state == .answer(status: status, retryAfter: seconds) }
                case .awaitingPicture, .ended: steps.count - 1
                case .lost: nil
                }
            if place ?? -1 < tasks[number].seen { problems.append("\(state) after a later state") }
            tasks[number].seen = place ?? 0
        }

        private func download() {
            if tasks.isEmpty { return }
            let task = tasks[random(tasks.count)]
            settle()
            let found = test.picture(task.shadow.id)
            let view = task.shadow.view(at: now)
            let isThere = !isForgotten(task) && view.record.isResultAvailable(at: now)
            log.append("download: \(found ?? "nothing")")
            if found != (isThere ? "made of \(task.text)" : nil) {
                problems.append("download: \(found ?? "nothing") at \(now), \(view.state)")
            }
        }

        private func advance(by seconds: Int) {
            test.service.agenda.advance(namespace.key, .by(.seconds(seconds)))
            now = now + .seconds(seconds)
        }

        private func settle() { advance(by: 0) }

        /// Every task is as the model says, and so is the balance.
        func check() {
            settle()
            var left = Caller.balance
            for (number, task) in tasks.enumerated() {
                let (found, expected) = (test.view(task.shadow.id), task.shadow.view(at: now))
                let end = expected.record.end
                if end == nil || end?.outcome == .ready { left -= task.shadow.cost }
                if found?.state != (isForgotten(task) ? nil : expected.state) {
                    problems.append("task \(number): \(found?.state as Any) instead of \(expected.state)")
                }
                if let found, found.record.end?.outcome != end?.outcome || found.record.end?.finished != end?.finished {
                    problems.append("task \(number) has ended: \(found.record.end as Any) instead of \(end as Any)")
                }
            }
            let balance = test.service.balance(of: namespace)
            if balance != left { problems.append("a balance of \(balance) instead of \(left)") }
            log.append("balance \(balance)")
        }

        /// After a stop every task is known that should be, and those that ended without a picture cost nothing.
        func checkStopped() {
            var left = Caller.balance
            for task in tasks {
                let view = test.view(task.shadow.id)
                if view == nil, !isForgotten(task) { problems.append("a task is lost") }
                let record = view?.record ?? task.shadow.view(at: now).record
                if record.life.needsPicture, record.made == nil { problems.append("a task waits for ever") }
                if record.end == nil || record.end?.outcome == .ready { left -= record.cost }
            }
            let balance = test.service.balance(of: namespace)
            if balance != left { problems.append("a balance of \(balance) instead of \(left)") }
            if (try? test.submit("a cat", by: name)) != nil { problems.append("accepted after a stop") }
        }

        private func isForgotten(_ task: Task) -> Bool {
            task.shadow.view(at: now).record.end.map { $0.forgotten <= now } ?? false
        }
    }
}
