import Bytes
import Testing

@testable import Runware
@testable import Tasks

/// What is remembered of tasks, and for how long.
@Suite struct TaskBookTests {
    private let time = ManualTime()

    private func book(limit: Int = 1000, memory: Int = 1 << 20) -> TaskBook {
        let time = time
        return TaskBook(clock: Clock { time.now }, limit: limit, memory: memory, retention: .seconds(60))
    }

    private func key(_ number: Int) -> TaskBook.Key {
        TaskBook.Key(namespace: APIKey("k").namespace(in: "test"), id: TaskID(0, UInt64(number)))
    }

    private func entry(_ bytes: Int = 10, refused errors: Int? = nil) -> TaskBook.Entry {
        TaskBook.Entry(
            type: .imageInference, request: SharedBytes(ByteBuffer(String(repeating: "x", count: bytes))),
            state: errors.map { .answered(refusal($0)) } ?? .preparing(taskUUID: "u"))
    }

    private func refusal(_ errors: Int = 1) -> Answer {
        Answer((0..<errors).map { _ in ErrorObject(.conflict) })
    }

    private func known(_ book: TaskBook, _ numbers: Range<Int>) -> Int {
        numbers.count { book.entry(key($0)) != nil }
    }

    @Test(arguments: [(100_000, 0), (10, 100)])
    func refusalsTakeNoMoreMemoryThanTheyMay(bytes: Int, errors: Int) {
        let book = book()
        for number in 0..<1000 {
            book.note(key(number), entry(bytes, refused: errors))
            #expect(book.weight <= 1 << 20)
        }
        #expect(known(book, 990..<1000) > 5 && known(book, 0..<900) == 0)
    }

    @Test func tasksTakeNoMoreMemoryThanTheyMay() {
        let book = book()
        for number in 0..<100 { #expect(book.begin(key(number), entry(100_000), orRefuse: refusal())) }
        #expect(book.weight <= 1 << 20 && known(book, 95..<100) == 5)
        // What they come to counts, too.
        for number in 95..<100 { book.change(key(number), to: .answered(refusal(400))) }
        #expect(book.weight <= 1 << 20 && known(book, 95..<100) < 5)
    }

    @Test func refusalsGoBeforeTasks() {
        let book = book(limit: 10)
        for number in 0..<5 { #expect(book.begin(key(number), entry(), orRefuse: refusal())) }
        for number in 5..<100 { book.note(key(number), entry(refused: 1)) }
        for number in 100..<130 { book.note(key(number), entry(100_000, refused: 1)) }
        #expect(known(book, 0..<5) == 5 && book.count <= 10 && known(book, 129..<130) == 1)
        for number in 200..<220 { #expect(book.begin(key(number), entry(), orRefuse: refusal())) }
        #expect(known(book, 210..<220) == 10 && book.count == 10)
    }

    @Test func whatGoesIsNotCounted() {
        let book = book()
        for number in 0..<10 {
            // The same names again and again, as a task and as a refusal.
            book.note(key(number % 3), entry(refused: 2))
            _ = book.begin(key(number % 3), entry(), orRefuse: refusal())
            _ = book.begin(key(number % 3), entry(), orRefuse: refusal())
            book.change(key(number % 3), to: .answered(refusal()))
        }
        #expect(book.count == 3 && book.weight > 0)
        time.pass(seconds: 60)
        book.forget()
        #expect(book.count == 0 && book.weight == 0)
    }
}
