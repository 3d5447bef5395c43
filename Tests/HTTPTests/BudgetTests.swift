import Bytes
import Net
import Testing

@testable import HTTP

@Suite struct BudgetTests {
    @Test func sharesAreTakenUpToTheLimitAndGivenBack() {
        let budget = Budget(limit: 100)
        do {
            var first = budget.share()
            var second = budget.share()
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

    @Test func whatIsRefusedTakesNothing() {
        let budget = Budget(limit: 0)
        var share = budget.share()
        let grown = share.grow(by: 1)
        #expect(!grown)
        #expect(budget.inUse == 0)
    }

    @Test func aBodyGivesItsShareBackWhereverItGoes() {
        let budget = Budget(limit: 1 << 20)
        do {
            var body = Body()
            let fits = body.makeRoom(for: 1000, expected: 1000, from: budget)
            #expect(fits)
            // No more than is expected.
            #expect(budget.inUse == 1000)
            let parcel = Parcel(body)
            #expect(budget.inUse == 1000)
            _ = parcel.open()
        }
        #expect(budget.inUse == 0)
    }

    /// Announcing a large body costs nothing; what has come costs at most twice its size.
    @Test func aBodyTakesMemoryAsItComes() {
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

    @Test func aBodyWithoutRoomIsRefusedAndKeepsWhatItHas() {
        let budget = Budget(limit: 300 << 10)
        var body = Body()
        let first = body.makeRoom(for: 1, expected: nil, from: budget)
        let second = body.makeRoom(for: 400 << 10, expected: nil, from: budget)
        #expect(first)
        #expect(!second)
        #expect(budget.inUse == 64 << 10)
    }

    @Test func sharesOfManyThreadsNeverExceedTheLimit() throws {
        let budget = Budget(limit: 1000)
        let work: @Sendable () -> Void = {
            for round in 0..<2000 {
                var share = budget.share()
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
