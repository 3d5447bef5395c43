import JSON
import TestSupport
import Testing

@testable import Tasks

/// Credits that tasks cost.
@Suite struct CreditsTests {
    @Test func `a task is charged when it is submitted`() throws {
        let service = TestService { $0.tasks.balance = 100_000_000 }
        #expect(try service.credits() == #"{"credits":100.0}"#)
        service.making.hold()
        let id = try service.accepted()
        #expect(try service.credits() == #"{"credits":90.0}"#)
        service.making.release()
        _ = try service.ended(id)
        #expect(try service.credits() == #"{"credits":90.0}"#)
        #expect(try service.credits("x-key: other\r\n") == #"{"credits":100.0}"#)
    }

    @Test(arguments: [
        Outcome.failed(Failure(.image, "broken")), .moderated(Moderation(.request, reasons: ["Violence"])),
        .moderated(Moderation(.content, reasons: [])),
    ])
    func `a failed or moderated task costs nothing`(outcome: Outcome) throws {
        let service = TestService { $0.tasks.balance = 100_000_000 }
        service.making.outcome = outcome
        _ = try service.ended(service.accepted())
        #expect(try service.credits() == #"{"credits":100.0}"#)
    }

    @Test func `a refused submit costs nothing`() throws {
        let service = TestService { $0.tasks.balance = 100_000_000 }
        #expect(try service.submit(image: "aGk=").status == 422)
        #expect(try service.credits() == #"{"credits":100.0}"#)
    }

    @Test func `fractions of a credit are counted`() throws {
        let service = TestService {
            $0.tasks.balance = 1_000_000
            $0.bfl.highPrice = 0.1
        }
        for _ in 0..<3 { _ = try service.accepted() }
        #expect(try service.credits() == #"{"credits":0.7}"#)
    }
}
