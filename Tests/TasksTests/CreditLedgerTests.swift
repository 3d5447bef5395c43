import TestSupport
import Testing

@testable import Tasks

@Suite struct CreditLedgerTests {
    @Test func `only pictures are charged`() throws {
        let test = TestTasks { $0.balance = 100 }
        let (one, balance) = (Namespace("one"), { test.service.balance(of: Namespace("one")) })
        for (text, left) in [("a cat", 90), ("fail", 90), ("moderate", 90), ("a cat", 80)] as [(String, Int64)] {
            let task = try test.submit(text, by: "one", cost: 10)
            _ = test.outcome(task.id)
            #expect(balance() == left)
        }
        #expect(test.service.balance(of: Namespace("two")) == 100)
        #expect(test.service.balance(of: one) == 80)
    }

    @Test func `the cost of a task is reserved while it is under way`() throws {
        let test = TestTasks { $0.balance = 100 }
        test.making.hold()
        _ = try test.submit("fail", by: "one", cost: 60)
        #expect(test.service.balance(of: Namespace("one")) == 40)
        #expect(throws: TaskError.insufficientCredits(balance: 40)) { try test.submit("a cat", by: "one", cost: 41) }
        _ = try test.submit("a cat", by: "one", cost: 40)
        test.making.release()
        #expect(eventually { test.service.balance(of: Namespace("one")) == 60 })
    }

    @Test func `moderation is an outcome`() throws {
        let test = TestTasks()
        let task = try test.submit("moderate this")
        #expect(test.outcome(task.id) == .moderated(Moderation(.content, reasons: ["Violence"])))
        #expect(test.picture(task.id) == nil)
    }

    @Test func `an account that differs in nothing from a new one is not kept`() throws {
        let ledger = CreditLedger(balance: 100, limit: 10)
        try ledger.reserve(5, for: [TaskID(0, 1)], of: Namespace("one"), activeLimit: 1)
        #expect(ledger.count == 1)
        ledger.settle(TaskID(0, 1), isCharged: false)
        #expect(ledger.count == 0)
    }

    @Test func `accounts past the bound are forgotten unless they have active tasks`() throws {
        let ledger = CreditLedger(balance: 100, limit: 10)
        try ledger.reserve(5, for: [TaskID(1, 0)], of: Namespace("busy"), activeLimit: 1)
        for number in 0..<1000 {
            let namespace = Namespace("\(number)")
            let task = TaskID(0, UInt64(number))
            try ledger.reserve(5, for: [task], of: namespace, activeLimit: 1)
            ledger.settle(task, isCharged: true)
            #expect(ledger.count <= 11)
            #expect(ledger.balance(of: namespace) == 95)
        }
        #expect(ledger.balance(of: Namespace("busy")) == 95)
        #expect(throws: CreditLedger.Refusal.self) {
            try ledger.reserve(5, for: [TaskID(1, 1)], of: Namespace("busy"), activeLimit: 1)
        }
        #expect(ledger.balance(of: Namespace("0")) == 100)
        #expect(ledger.balance(of: Namespace("998")) == 95)
    }
}
