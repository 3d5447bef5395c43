import TestSupport
import Testing

@testable import Tasks

@Suite struct LedgerTests {
    @Test func onlyPicturesAreCharged() throws {
        let bench = Bench { $0.balance = 100 }
        let (one, balance) = (Namespace("one"), { bench.workshop.balance(of: Namespace("one")) })
        for (text, left) in [("a cat", 90), ("fail", 90), ("moderate", 90), ("a cat", 80)] as [(String, Int64)] {
            let task = try bench.submit(text, by: "one", cost: 10)
            _ = bench.outcome(task.id)
            #expect(balance() == left)
        }
        #expect(bench.workshop.balance(of: Namespace("two")) == 100)
        #expect(bench.workshop.balance(of: one) == 80)
    }

    @Test func costIsSetAsideWhileATaskIsUnderWay() throws {
        let bench = Bench { $0.balance = 100 }
        bench.making.hold()
        _ = try bench.submit("fail", by: "one", cost: 60)
        #expect(bench.workshop.balance(of: Namespace("one")) == 40)
        #expect(throws: TaskError.insufficientCredits(balance: 40)) { try bench.submit("a cat", by: "one", cost: 41) }
        _ = try bench.submit("a cat", by: "one", cost: 40)
        bench.making.release()
        #expect(eventually { bench.workshop.balance(of: Namespace("one")) == 60 })
    }

    @Test func moderationIsAnOutcome() throws {
        let bench = Bench()
        let task = try bench.submit("moderate this")
        #expect(bench.outcome(task.id) == .moderated(Moderation(.content, reasons: ["Violence"])))
        #expect(bench.picture(task.id) == nil)
    }

    @Test func anUntouchedAccountIsNotKept() throws {
        let ledger = Ledger(balance: 100, limit: 10)
        try ledger.reserve(5, for: Namespace("one"), activeLimit: 1)
        #expect(ledger.count == 1)
        ledger.settle(5, for: Namespace("one"), isCharged: false)
        #expect(ledger.count == 0)
    }

    @Test func noMoreAccountsAreKeptThanMayBeButNoneUnderWayGoes() throws {
        let ledger = Ledger(balance: 100, limit: 10)
        try ledger.reserve(5, for: Namespace("busy"), activeLimit: 1)
        for number in 0..<1000 {
            let namespace = Namespace("\(number)")
            try ledger.reserve(5, for: namespace, activeLimit: 1)
            ledger.settle(5, for: namespace, isCharged: true)
            #expect(ledger.count <= 11)
            #expect(ledger.balance(of: namespace) == 95)
        }
        #expect(ledger.balance(of: Namespace("busy")) == 95)
        #expect(throws: Ledger.Refusal.self) { try ledger.reserve(5, for: Namespace("busy"), activeLimit: 1) }
        #expect(ledger.balance(of: Namespace("0")) == 100)
        #expect(ledger.balance(of: Namespace("998")) == 95)
    }
}
