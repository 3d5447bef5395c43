import Bytes
import Crypto
import Testing
import Time

@testable import Tasks

/// What a task shows, as a pure function of its record and the time.
///
/// A row is a life and a script. `3:poll=pending` polls the task 3 seconds after it was accepted and expects to see it pending;
/// `view` looks without polling; `made` says what came of the picture; `end` gives the second at which the task has ended.
@Suite struct TaskRecordTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let life: [Life.Step]
        var isPolled = true
        let script: String

        init(_ life: Life.Step..., polled isPolled: Bool = true, script: String) {
            (self.life, self.isPolled, self.script) = (life, isPolled, script)
        }

        var testDescription: String { "\(life.map(\.state)), \(isPolled ? "polled" : "not polled"): \(script)" }
    }

    private static let pending = Life.Step(.pending, .polls(1))
    private static let ready = Life.Step(.ready)
    private static let error = Life.Step(.error("x"))
    private static let moderated = Life.Step(.moderated(Moderation(.request, reasons: ["Violence"])))

    static let rows: [Row] = [
        // The default life.
        Row(pending, ready, script: "0:made 0:poll=pending 0:poll=ready 0:poll=ready 0:end=0"),
        Row(
            pending, ready,
            script: "0:poll=pending 1:poll=awaiting 1:view=awaiting 1:end=none 2:made 3:poll=ready 3:end=2"),
        Row(
            pending, ready,
            script: "0:view=pending 0:view=pending 1:made 5:view=pending 5:end=none 6:poll=pending 6:view=ready 6:end=6"
        ),
        Row(pending, ready, script: "1:made=failed 2:poll=pending 2:poll=failed 2:end=2"),
        Row(pending, ready, script: "1:poll=pending 2:made=moderated 3:poll=moderated 3:end=2"),
        Row(pending, ready, polled: false, script: "0:view=awaiting 3:made 3:view=ready 3:end=3"),
        Row(pending, ready, polled: false, script: "3:made=failed 9:view=failed 9:end=3"),
        // Without polls it counts as ended at the limit; what polls see stays the same.
        Row(
            pending, ready,
            script: "1:made 9:end=none 10:end=10 10:view=pending 11:poll=pending 11:poll=ready 11:end=10"),
        Row(pending, ready, script: "10:end=none 12:made 12:end=12 13:poll=pending 13:poll=ready 13:end=12"),
        Row(pending, ready, script: "1:made=failed 10:end=10 11:poll=pending 11:poll=failed"),
        // Ready as soon as the picture is made.
        Row(ready, script: "0:view=awaiting 0:poll=awaiting 0:end=none 2:made 2:poll=ready 2:end=2"),
        Row(ready, script: "0:made 0:poll=ready 5:view=ready 5:end=0"),
        Row(ready, polled: false, script: "50:view=awaiting 50:end=none 60:made 60:end=60"),
        // Counted steps.
        Row(
            Life.Step(.pending, .polls(3)), ready,
            script: "0:made 1:poll=pending 2:poll=pending 2:view=pending 3:poll=pending 3:end=3 4:poll=ready"),
        Row(
            Life.Step(.pending, .polls(3)), ready, polled: false, script: "0:view=awaiting 2:made 2:view=ready 2:end=2"),
        Row(
            Life.Step(.pending, .polls(3)), ready,
            script: "0:made 1:poll=pending 9:poll=pending 18:end=none 19:end=19 20:poll=pending 20:poll=ready 20:end=19"
        ),
        Row(Life.Step(.pending, .polls(0)), ready, script: "0:poll=awaiting 0:made 0:poll=ready"),
        Row(
            Life.Step(.text("Queued"), .polls(1)), pending, ready,
            script: "0:made 0:poll=Queued 0:poll=pending 0:poll=ready"),
        // Steps of a length of time.
        Row(
            Life.Step(.pending, .span(.seconds(4))), ready,
            script: "0:made 0:poll=pending 0:poll=pending 3:poll=pending 3:end=none 4:poll=ready 4:end=4"),
        Row(Life.Step(.pending, .span(.seconds(4))), ready, script: "1:made 3:end=none 4:end=4 9:view=ready 9:end=4"),
        Row(
            Life.Step(.pending, .span(.seconds(4))), ready,
            script: "3:view=pending 4:view=awaiting 4:poll=awaiting 6:made 6:poll=ready 6:end=6"),
        Row(
            Life.Step(.pending, .span(.seconds(4))), ready, polled: false,
            script: "1:made 1:view=pending 20:end=4 20:view=ready"),
        Row(
            Life.Step(.pending, .span(.seconds(4))), ready, script: "2:made=failed 3:view=pending 4:view=failed 4:end=4"
        ),
        // Both.
        Row(
            pending, Life.Step(.generating, .span(.seconds(4))), ready,
            script: "0:made 1:poll=pending 1:view=generating 4:poll=generating 5:poll=ready 5:end=5"),
        Row(
            pending, Life.Step(.generating, .span(.seconds(4))), ready,
            script: "0:made 10:end=10 10:view=pending 20:poll=pending 21:poll=generating 24:poll=ready 24:end=10"),
        Row(
            pending, Life.Step(.generating, .span(.seconds(4))), ready, polled: false,
            script: "0:made 0:view=generating 3:view=generating 3:end=none 4:view=ready 4:end=4"),
        Row(
            pending, Life.Step(.reasoning, .span(.seconds(2))), Life.Step(.generating, .span(.seconds(2))), ready,
            script: "0:poll=pending 1:poll=reasoning 2:poll=generating 4:poll=awaiting 7:made 7:poll=ready 7:end=7"),
        // A task that never ends.
        Row(
            Life.Step(.pending), script: "0:made 0:poll=pending 100:poll=pending 1000000:view=pending 1000000:end=none"),
        Row(pending, Life.Step(.generating), script: "0:poll=pending 0:poll=generating 99:poll=generating 99:end=none"),
        // Errors come whatever becomes of the picture.
        Row(error, script: "0:poll=failed 0:end=0"),
        Row(pending, error, script: "0:poll=pending 1:poll=failed 1:end=0"),
        Row(pending, error, script: "1:made 9:end=none 10:end=10 11:poll=pending 11:poll=failed"),
        Row(pending, error, polled: false, script: "0:view=failed 5:end=0"),
        Row(
            Life.Step(.pending, .span(.seconds(4))), error,
            script: "3:view=pending 4:view=failed 5:made 5:view=failed 5:end=4"),
        Row(pending, moderated, script: "0:made 0:poll=pending 3:poll=moderated 3:end=0"),
        Row(moderated, script: "0:view=moderated 0:end=0"),
        Row(Life.Step(.error("x"), .polls(1)), ready, script: "0:made 0:poll=error 0:poll=ready 0:end=0"),
        // A task that is lost, and answers that say nothing about it.
        Row(pending, Life.Step(.lost), script: "0:made 0:poll=pending 0:poll=lost 99:poll=lost 99:end=none"),
        Row(Life.Step(.lost, .polls(2)), ready, script: "0:made 0:poll=lost 1:poll=lost 2:poll=ready 2:end=1"),
        Row(
            Life.Step(.answer(status: 429, retryAfter: 3), .polls(2)), ready,
            script: "0:made 0:poll=429 1:poll=429 2:poll=ready 2:end=1"),
        Row(
            pending, Life.Step(.answer(status: 503, retryAfter: nil), .span(.seconds(4))), ready,
            script: "0:made 0:poll=pending 1:poll=503 3:poll=503 4:poll=ready 4:end=4"),
    ]

    /// A record that is only brought to the present by what happens shows the same as one that is looked at all the time.
    @Test(arguments: rows, [false, true])
    func `a life shows its steps`(row: Row, isSettledOften: Bool) throws {
        var record = TaskRecord(life: Life(row.life), isPolled: row.isPolled)
        var last = 0
        for line in row.script.split(separator: " ") {
            let parts = line.split(whereSeparator: { ":=".contains($0) }).map(String.init)
            let second = try #require(Int(parts[0]))
            if isSettledOften {
                for between in last...min(second, last + 50) { record.advance(to: start + .seconds(between)) }
            }
            last = second
            let now = start + .seconds(second)
            switch parts[1] {
            case "poll": #expect(text(record.poll(at: now).state) == parts[2], "\(line)")
            case "view": #expect(text(record.view(at: now).state) == parts[2], "\(line)")
            case "made":
                let outcome = [
                    "failed": Outcome.failed(Failure(.image, "x")),
                    "moderated": .moderated(Moderation(.content, reasons: [])),
                ]
                record.set(
                    .init(parts.count < 3 ? .ready : try #require(outcome[parts[2]]), finished: now))
            case "end":
                let end = record.view(at: now).record.end
                #expect(end.map { "\(($0.finished - start).seconds)" } ?? "none" == parts[2], "\(line)")
            default: Issue.record("no such line: \(line)")
            }
        }
    }

    private let start = TaskRecord.start

    private func text(_ state: TaskView.State) -> String {
        switch state {
        case .unfinished(.text(let text)): text
        case .unfinished(.error): "error"
        case .unfinished(let state): "\(state)"
        case .awaitingPicture: "awaiting"
        case .ended(.ready): "ready"
        case .ended(.failed): "failed"
        case .ended(.moderated): "moderated"
        case .answer(let status, _): "\(status)"
        case .lost: "lost"
        }
    }

    // MARK: - What follows the end

    @Test func `looking at a record changes nothing`() {
        var record = TaskRecord(life: .standard)
        record.set(.init(.ready, finished: start))
        for second in [0, 5, 10, 1000] { _ = record.view(at: start + .seconds(second)) }
        #expect(record.end == nil && record.position == LifePosition(at: start))
    }

    @Test func `a picture is available from the end of its task until it expires`() throws {
        var record = TaskRecord(life: Life([.init(.pending, .span(.seconds(4))), .init(.ready)]))
        record.set(.init(.ready, finished: start + .seconds(1)))
        func isAvailable(_ second: Int) -> Bool {
            let now = start + .seconds(second)
            return record.view(at: now).record.isResultAvailable(at: now)
        }
        #expect([0, 3, 4, 603, 604, 5000].map(isAvailable) == [false, false, true, true, false, false])
        let end = try #require(record.view(at: start + .seconds(4)).record.end)
        #expect(end.finished == start + .seconds(4) && end.forgotten == start + .seconds(3604))
    }

    @Test func `a task is forgotten after its retention, and never before its picture expires`() {
        func forgotten(_ outcome: Outcome, resultLifetime: Interval) -> Interval? {
            var record = TaskRecord(life: .ready, resultLifetime: resultLifetime)
            record.set(.init(outcome, finished: start))
            return record.view(at: start).record.end.map { $0.forgotten - start }
        }
        #expect(forgotten(.ready, resultLifetime: .seconds(600)) == .seconds(3600))
        #expect(forgotten(.ready, resultLifetime: .seconds(7200)) == .seconds(7200))
        #expect(forgotten(.failed(Failure(.image, "")), resultLifetime: .seconds(7200)) == .seconds(3600))
        #expect(forgotten(.ready, resultLifetime: .longest).map { start + $0 } == .never)
    }

    @Test func `only a picture has an expiry`() {
        var record = TaskRecord(life: .ready)
        record.set(.init(.failed(Failure(.image, "")), finished: start))
        record.advance(to: start)
        #expect(record.end != nil && record.resultExpires == nil && !record.isResultAvailable(at: start))
    }

    @Test func `the work of an end lies between acceptance and end`() {
        var record = TaskRecord(life: .ready)
        // The picture was begun, and made, before the task came.
        record.set(.init(.ready, finished: start - .seconds(5)))
        record.advance(to: start)
        #expect(record.end?.finished == start)
    }

    @Test func `the first outcome of a picture stays`() {
        var record = TaskRecord(life: .ready)
        record.set(.init(.ready, finished: start))
        record.set(.init(.failed(Failure(.stopped, "")), finished: start))
        #expect(record.made?.outcome == .ready && record.order == nil)
    }

    /// At each due instant the record is brought to the present, as the agenda does.
    @Test(arguments: [
        (Life.standard, [10, 610, 3610]), (Life.ready, [600, 3600]),
        (
            Life([.init(.pending, .span(.seconds(4))), .init(.generating, .span(.seconds(5))), .init(.ready)]),
            [4, 9, 609, 3609]
        ),
        (Life([.init(.pending, .span(.seconds(4))), .init(.error("x"))]), [4, 3604]),
        (Life([.init(.pending)]), []), (Life([.init(.pending, .polls(1)), .init(.lost)]), []),
    ])
    func `a record knows when something about it changes`(life: Life, expected: [Int]) {
        var record = TaskRecord(life: life)
        record.set(.init(.ready, finished: start))
        record.advance(to: start)
        var due: [Int] = []
        while record.due != .never, due.count < 9 {
            let now = record.due
            due.append((now - start).seconds)
            record.advance(to: now)
            if record.resultExpires.map({ $0 <= now }) ?? true, record.end != nil { record.isResultReleased = true }
            if record.end?.forgotten == now { break }
        }
        #expect(due == expected)
    }

    @Test func `time waits for a picture only where what is visible depends on it`() {
        func awaits(_ life: Life, polled: Bool = true, at second: Int, made: Bool = false) -> Bool {
            var record = TaskRecord(life: life, isPolled: polled)
            if made { record.set(.init(.ready, finished: start)) }
            record.advance(to: start + .seconds(second))
            return record.awaitsPicture(at: start + .seconds(second))
        }
        let span = Life([.init(.pending, .span(.seconds(4))), .init(.ready)])
        #expect(awaits(.ready, at: 0) && !awaits(.ready, at: 0, made: true))
        #expect(!awaits(.standard, at: 9) && awaits(.standard, at: 10) && awaits(.standard, polled: false, at: 0))
        #expect(!awaits(span, at: 3) && awaits(span, at: 4))
        #expect(
            !awaits(Life([.init(.pending)]), at: 99)
                && !awaits(Life([.init(.ready, .polls(1)), .init(.error("x"))]), at: 99))
    }
}

extension TaskRecord {
    fileprivate static let start = Instant(secondsSince1970: 1_000_000)

    fileprivate init(life: Life, isPolled: Bool = true, resultLifetime: Interval = .seconds(600)) {
        let recipe = Recipe(canvas: .init(width: 1, height: 1))!
        self.init(
            id: TaskID(1, 2), namespace: Namespace("someone"), content: SHA256.digest(ByteBuffer().bytes),
            order: TaskOrder(
                reference: BlobName(1), image: SHA256.digest(ByteBuffer().bytes), recipe: recipe, decodingBytes: 0),
            format: .png, seed: 0, cost: 1,
            resultLifetime: resultLifetime, retention: .hours(1), accepted: Self.start, isPolled: isPolled, life: life)
    }
}
