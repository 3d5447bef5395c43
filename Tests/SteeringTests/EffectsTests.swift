import Bytes
import Crypto
import System
import Tasks
import TestSupport
import Testing

@testable import Steering
@testable import Time

@Suite struct EffectsTests {
    private let clock = Clock(at: Instant(secondsSince1970: 1_000_000), frozen: true)
    private let steering: Steering
    private let agenda: Agenda

    init() {
        agenda = Agenda(clock, alarms: Alarms())
        steering = Steering(agenda, Randomness(seed: 7))
    }

    private func add(_ text: String) throws -> Int {
        var rule = try SteeringText(text).rules[0]
        rule.setUsualTimes()
        return try #require(steering.add([rule])).first ?? 0
    }

    private func question(
        _ kind: Rule.Kind = .poll, _ key: String? = "one", _ request: String = "x"
    ) -> Steering.Question {
        Steering.Question(kind, by: key.map { KeyID($0.utf8.span) }, at: "/v1/get_result") {
            SHA256.digest(request.utf8.span)
        }
    }

    private func statuses(_ count: Int, _ question: Steering.Question) -> [Int] {
        (0..<count).map { _ in steering.effects(on: question).answer?.status ?? 0 }
    }

    @Test(arguments: [
        ("poll=503", [503, 0, 0, 0, 0, 0]), ("poll=503 times=2", [503, 503, 0, 0, 0, 0]),
        ("poll=503 skip=2", [0, 0, 503, 0, 0, 0]), ("poll=503 every=2 times=2", [503, 0, 503, 0, 0, 0]),
        ("poll=503 skip=1 every=3 times=9", [0, 503, 0, 0, 503, 0]),
        ("poll=503 chance=1.0", [503, 503, 503, 503, 503, 503]),
        ("poll=503 chance=0.0", [0, 0, 0, 0, 0, 0]), ("submit=503", [0, 0, 0, 0, 0, 0]),
        ("any=503", [503, 0, 0, 0, 0, 0]),
    ])
    func `a rule applies as often as it says`(text: String, expected: [Int]) throws {
        _ = try add(text)
        #expect(statuses(6, question()) == expected)
    }

    @Test func `the first rule that applies decides, and the others wait`() throws {
        _ = try add("poll=503")
        _ = try add("poll=429")
        #expect(statuses(3, question()) == [503, 429, 0])
        #expect(steering.rules.map(\.met) == [3, 3] && steering.rules.map(\.applied) == [1, 1])
    }

    @Test func `each key has counters of its own`() throws {
        _ = try add("poll=503")
        #expect(statuses(2, question(.poll, "one")) == [503, 0])
        #expect(statuses(2, question(.poll, "two")) == [503, 0])
        #expect(statuses(2, question(.poll, nil)) == [503, 0])
    }

    @Test func `a rule of a key matches that key alone`() throws {
        var rule = try SteeringText("poll=503").rules[0]
        rule.key = KeyID("two".utf8.span)
        _ = steering.add([rule])
        #expect(statuses(1, question(.poll, "one")) == [0] && statuses(1, question(.poll, "two")) == [503])
    }

    @Test func `draws depend on the key, the request and its occurrence, and not on the order of arrival`() throws {
        _ = try add("poll=503 chance=0.5")
        var order = (0..<8).flatMap { client in (0..<20).map { _ in client } }
        func run() -> [[Int]] {
            var seen = [[Int]](repeating: [], count: 8)
            for client in order { seen[client] += statuses(1, question(.poll, "client \(client)")) }
            return seen
        }
        let first = run()
        steering.reset(nil)
        _ = try add("poll=503 chance=0.5")
        var random = Seeded(3)
        order.shuffle(using: &random)
        // Numbers of rules begin anew with a reset, so the draws are the same.
        #expect(run() == first)
        let hits = first.joined().count { $0 == 503 }
        #expect((50...110).contains(hits) && Set(first).count == 8)
    }

    @Test func `a forgotten rule dies by itself`() throws {
        var rule = try SteeringText("poll=503").rules[0]
        rule.ttl = .seconds(10)
        _ = steering.add([rule])
        _ = agenda.advance(nil, .by(.seconds(9)))
        #expect(statuses(1, question()) == [503])
        _ = agenda.advance(nil, .by(.seconds(1)))
        #expect(statuses(1, question()) == [0] && steering.rules.isEmpty)
    }

    @Test func `rules come before texts, and texts count for their own key and source`() throws {
        var effects = Effects()
        let submit = question(.submit)
        let text = try SteeringText("life=lost; submit=402 times=1")
        steering.add(text, from: .header, to: &effects, submit)
        steering.add(try SteeringText("life=ready; submit=403"), from: .key, to: &effects, submit)
        #expect(effects.life == Life([.init(.lost)]) && effects.answer?.status == 402)
        #expect(effects.applied == ["life=lost (header)", "submit=402 (header)"])
        var second = Effects()
        steering.add(text, from: .header, to: &second, submit)
        #expect(second.answer == nil && second.life != nil)
        var poll = Effects()
        steering.add(text, from: .header, to: &poll, question(.poll))
        #expect(poll.isEmpty)
    }

    @Test func `a reset restores the rules from the start and forgets those of its key`() throws {
        let rule = try SteeringText("poll=503 times=1").rules[0]
        steering.begin(with: [rule])
        _ = try add("poll=429")
        #expect(statuses(2, question()) == [503, 429])
        steering.reset(KeyID("one".utf8.span))
        #expect(statuses(2, question()) == [503, 429])
        steering.reset(nil)
        #expect(steering.rules.map(\.rule) == [rule] && statuses(2, question()) == [503, 0])
    }

    @Test func `rules and their counters go into an archive and come back`() throws {
        var rule = try SteeringText("poll=503 times=2").rules[0]
        (rule.key, rule.keyName) = (KeyID("one".utf8.span), "one")
        _ = steering.add([rule])
        #expect(statuses(1, question()) == [503])
        var archive = ArchiveWriter()
        steering.export(nil, to: &archive)
        let bytes = archive.finish()
        #expect(!bytes.bytes.text.contains("one"))
        let other = Steering(agenda, Randomness(seed: 7))
        try other.prepare(SharedBytes(ByteBuffer(bytes.bytes)))()
        #expect(other.rules.map(\.met) == [1])
        #expect((0..<2).map { _ in other.effects(on: question()).answer?.status } == [503, nil])
        for end in 0..<bytes.count {
            let cut = SharedBytes(ByteBuffer(bytes.bytes.extracting(..<end)))
            #expect(throws: WorldError.self) { _ = try other.prepare(cut) }
        }
    }

    @Test func `a delay ends in the time of its key`() throws {
        let opened = Locked<[String]>([])
        for (key, seconds) in [("one", 3), ("two", 2)] {
            steering.call(after: .seconds(seconds), for: KeyID(key.utf8.span)) { opened.withLock { $0.append(key) } }
        }
        _ = agenda.advance(KeyID("one".utf8.span), .by(.seconds(10)))
        #expect(opened.withLock { $0 } == ["one"])
        steering.reset(nil)
        #expect(opened.withLock { $0 } == ["one", "two"])
    }
}
