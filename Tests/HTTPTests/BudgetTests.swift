import Bytes
import System
import TestSupport
import Testing

@testable import HTTP

@Suite struct BudgetTests {
    @Test func `memory is reserved up to the limit and released`() {
        let budget = Budget(limit: 100)
        do {
            var first = budget.reservation()
            var second = budget.reservation()
            let steps = [first.grow(by: 60), second.grow(by: 40), second.grow(by: 1), first.grow(by: 0)]
            #expect(steps == [true, true, false, true])
            #expect(budget.inUse == 100)
            _ = consume second
            #expect(budget.inUse == 60)
            let again = [first.grow(by: 41), first.grow(by: 40)]
            #expect(again == [false, true])
            #expect(budget.inUse == 100)
        }
        #expect(budget.inUse == 0)
    }

    @Test func `a refused reservation takes no memory`() {
        let budget = Budget(limit: 0)
        var share = budget.reservation()
        let grown = share.grow(by: 1)
        #expect(!grown)
        #expect(budget.inUse == 0)
    }

    @Test func `a body releases its memory wherever it is dropped`() {
        let budget = Budget(limit: 1 << 20)
        do {
            var body = Body()
            let fits = body.makeRoom(for: 1000, expected: 1000, from: budget)
            #expect(fits)
            // No more than is expected.
            #expect(budget.inUse == 1000)
            let box = TransferBox(body)
            #expect(budget.inUse == 1000)
            _ = box.take()
        }
        #expect(budget.inUse == 0)
    }

    @Test func `memory of shared bytes is released with their last reference`() {
        let budget = Budget(limit: 1 << 20)
        var keepers: [SharedBytes] = []
        do {
            var body = Body()
            let fits = body.makeRoom(for: 1000, expected: 1000, from: budget)
            #expect(fits)
            body.buffer.append(ByteBuffer("abc"))
            let shared = body.takeShared()
            keepers = [shared]
        }
        do {
            let kept = keepers[0]
            let text = kept.bytes.text
            #expect(text == "abc")
        }
        #expect(budget.inUse == 1000)
        keepers.removeLast()
        #expect(budget.inUse == 0)
    }

    // MARK: - Answers

    @Test func `answers and bodies share one limit`() {
        let budget = Budget(limit: 100)
        var share = budget.reservation()
        let grown = share.grow(by: 30)
        #expect(grown)
        var holds = [budget.reserveForAnswer(50)]
        #expect(holds[0] != nil && budget.inUse == 80)
        #expect(budget.reserveForAnswer(21) == nil && budget.inUse == 80)
        holds.append(budget.reserveForAnswer(20))
        #expect(holds[1] != nil && budget.inUse == 100)
        let more = share.grow(by: 1)
        #expect(!more)
        holds = []
        #expect(budget.inUse == 30)
    }

    /// Trying again would not help.
    @Test func `a single answer may exceed the limit`() {
        let budget = Budget(limit: 100)
        let hold = budget.reserveForAnswer(500)
        #expect(hold != nil && budget.reserveForAnswer(1) == nil)
    }

    @Test func `an answer that is not read keeps no body waiting`() {
        let budget = Budget(limit: 10_000, threshold: 100)
        let hold = budget.reserveForAnswer(5000)
        var a = budget.reservation()
        var b = budget.reservation()
        let turns = [a.grow(by: 60), a.takesTurn {}, b.grow(by: 30), b.takesTurn {}]
        #expect(turns == [true, true, true, true])
        #expect(hold != nil)
    }

    /// Announcing a large body costs nothing; what has come costs at most twice its size.
    @Test func `a body reserves memory as its bytes arrive`() {
        let budget = Budget(limit: 1 << 30)
        var body = Body()
        var count = 0
        while count < 4 << 20 {
            let fits = body.makeRoom(for: 10_000, expected: 64 << 20, from: budget)
            #expect(fits)
            body.buffer.append(ByteBuffer(String(repeating: "a", count: 10_000)))
            count += 10_000
            #expect(budget.inUse >= count)
            #expect(budget.inUse <= max(64 << 10, 2 * count))
        }
        let capacity = body.buffer.capacity
        #expect(capacity == budget.inUse)
    }

    @Test func `a body without memory is refused and keeps its bytes`() {
        let budget = Budget(limit: 300 << 10)
        var body = Body()
        let first = body.makeRoom(for: 1, expected: nil, from: budget)
        let second = body.makeRoom(for: 400 << 10, expected: nil, from: budget)
        #expect(first)
        #expect(!second)
        #expect(budget.inUse == 64 << 10)
    }

    // MARK: - Turns

    /// Who has been called, in order.
    private final class Calls: Sendable {
        private let names = Locked<[String]>([])
        func by(_ name: String) -> @Sendable () -> Void { { self.names.withLock { $0.append(name) } } }
        var all: [String] { names.withLock { $0 } }
    }

    @Test func `past the threshold bodies proceed one at a time in order`() {
        let (budget, calls) = (Budget(limit: 10_000, threshold: 100), Calls())
        var a = budget.reservation()
        var b = budget.reservation()
        var c = budget.reservation()
        do {
            var grown = [a.grow(by: 60), a.takesTurn(calls.by("a")), a.grow(by: 600)]
            #expect(grown == [true, true, true])
            // Its turn is not taken from it, and what it has keeps nobody waiting.
            grown = [a.takesTurn(calls.by("a")), b.grow(by: 60), b.takesTurn(calls.by("b")), b.grow(by: 60)]
            #expect(grown == [true, true, true, true])
            grown = [
                b.takesTurn(calls.by("b")), c.grow(by: 60), c.takesTurn(calls.by("c")), b.takesTurn(calls.by("b")),
            ]
            #expect(grown == [false, true, false, false])
            #expect(calls.all == [])
        }
        _ = consume a
        #expect(calls.all == ["b"])
        let turns = [
            b.takesTurn(calls.by("b")), b.grow(by: 600), c.takesTurn(calls.by("c")), b.takesTurn(calls.by("b")),
        ]
        #expect(turns == [true, true, true, true])
        let last = [c.grow(by: 60), c.takesTurn(calls.by("c"))]
        #expect(last == [true, false])
        _ = consume b
        #expect(calls.all == ["b", "c"])
        _ = consume c
        #expect(calls.all == ["b", "c"])
        #expect(budget.inUse == 0)
    }

    @Test func `a body that goes while it waits is not called`() {
        let (budget, calls) = (Budget(limit: 10_000, threshold: 100), Calls())
        var a = budget.reservation()
        var b = budget.reservation()
        var c = budget.reservation()
        let grown = [a.grow(by: 200), b.grow(by: 200), c.grow(by: 200)]
        #expect(grown == [true, true, true])
        let turns = [a.takesTurn(calls.by("a")), b.takesTurn(calls.by("b")), c.takesTurn(calls.by("c"))]
        #expect(turns == [true, false, false])
        _ = consume b
        #expect(calls.all == [])
        _ = consume a
        #expect(calls.all == ["c"])
        let again = c.takesTurn(calls.by("c"))
        #expect(again)
    }

    @Test func `bodies of many threads all get their turn`() throws {
        let budget = Budget(limit: 1 << 30, threshold: 1000)
        try onThreads(4) {
            for _ in 0..<500 {
                var share = budget.reservation()
                for _ in 0..<10 where share.takesTurn({}) { _ = share.grow(by: 300) }
            }
        }
        #expect(budget.inUse == 0)
        // Nobody is left in the line.
        var first = budget.reservation()
        let turns = [first.grow(by: 2000), first.takesTurn {}]
        #expect(turns == [true, true])
    }

    @Test func `reservations of many threads never exceed the limit`() throws {
        let budget = Budget(limit: 1000)
        let work: @Sendable () -> Void = {
            for round in 0..<2000 {
                var share = budget.reservation()
                var taken = 0
                while share.grow(by: 100 + round % 7) { taken += 100 + round % 7 }
                precondition(taken <= 1000)
            }
        }
        let other = try Thread("budget", work)
        work()
        other.join()
        #expect(budget.inUse == 0)
    }
}
