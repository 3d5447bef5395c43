import Bytes
import Testing

@testable import Runware
@testable import Tasks
@testable import Time

/// Limits and expiration of the task index.
@Suite struct TaskIndexTests {
    private let agenda = Agenda(Clock(at: .machine, frozen: true), alarms: Alarms())

    private func index(limit: Int = 1000, memory: Int = 1 << 20) -> TaskIndex {
        TaskIndex(agenda, limit: limit, memory: memory, retention: .seconds(60))
    }

    private func key(_ number: Int) -> TaskIndex.Key {
        TaskIndex.Key(namespace: APIKey("k").namespace(in: "test"), id: TaskID(0, UInt64(number)))
    }

    private func entry(_ bytes: Int = 10, refused errors: Int? = nil) -> TaskIndex.Entry {
        TaskIndex.Entry(
            type: .imageInference, request: SharedBytes(ByteBuffer(String(repeating: "x", count: bytes))),
            state: errors.map { .answered(refusal($0)) } ?? .preparing(taskUUID: "u"))
    }

    private func refusal(_ errors: Int = 1) -> Answer {
        Answer((0..<errors).map { _ in ErrorObject(.conflict) })
    }

    private func known(_ index: TaskIndex, _ numbers: Range<Int>) -> Int {
        numbers.count { index.entry(key($0)) != nil }
    }

    @Test(arguments: [(100_000, 0), (10, 100)])
    func `refusals stay within the memory limit`(bytes: Int, errors: Int) {
        let index = index()
        for number in 0..<1000 {
            index.note(key(number), entry(bytes, refused: errors))
            #expect(index.weight <= 1 << 20)
        }
        #expect(known(index, 990..<1000) > 5 && known(index, 0..<900) == 0)
    }

    @Test func `tasks stay within the memory limit`() {
        let index = index()
        for number in 0..<100 { #expect(index.begin(key(number), entry(100_000), orRefuse: refusal())) }
        #expect(index.weight <= 1 << 20 && known(index, 95..<100) == 5)
        // The answers of tasks count as well.
        for number in 95..<100 { index.change(key(number), to: .answered(refusal(400))) }
        #expect(index.weight <= 1 << 20 && known(index, 95..<100) < 5)
    }

    @Test func `refusals are evicted before tasks`() {
        let index = index(limit: 10)
        for number in 0..<5 { #expect(index.begin(key(number), entry(), orRefuse: refusal())) }
        for number in 5..<100 { index.note(key(number), entry(refused: 1)) }
        for number in 100..<130 { index.note(key(number), entry(100_000, refused: 1)) }
        #expect(known(index, 0..<5) == 5 && index.count <= 10 && known(index, 129..<130) == 1)
        for number in 200..<220 { #expect(index.begin(key(number), entry(), orRefuse: refusal())) }
        #expect(known(index, 210..<220) == 10 && index.count == 10)
    }

    @Test func `replaced and expired entries are not counted`() {
        let index = index()
        for number in 0..<10 {
            // The same keys repeatedly, as a task and as a refusal.
            index.note(key(number % 3), entry(refused: 2))
            _ = index.begin(key(number % 3), entry(), orRefuse: refusal())
            _ = index.begin(key(number % 3), entry(), orRefuse: refusal())
            index.change(key(number % 3), to: .answered(refusal()))
        }
        #expect(index.count == 3 && index.weight > 0)
        _ = agenda.advance(nil, .by(.seconds(60)))
        #expect(index.count == 0 && index.weight == 0)
    }
}
