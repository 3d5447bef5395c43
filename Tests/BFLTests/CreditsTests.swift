import JSON
import TestSupport
import Testing

@testable import Tasks

/// What tasks cost in the end.
@Suite struct CreditsTests {
    @Test func aPictureIsPaidForWhenItIsAskedFor() throws {
        let bench = Bench { $0.tasks.balance = 100_000_000 }
        #expect(try bench.credits() == #"{"credits":100.0}"#)
        bench.making.hold()
        let id = try bench.accepted()
        #expect(try bench.credits() == #"{"credits":90.0}"#)
        bench.making.release()
        _ = try bench.ended(id)
        #expect(try bench.credits() == #"{"credits":90.0}"#)
        #expect(try bench.credits("x-key: other\r\n") == #"{"credits":100.0}"#)
    }

    @Test(arguments: [
        Outcome.failed(Failure(.image, "broken")), .moderated(Moderation(.request, reasons: ["Violence"])),
        .moderated(Moderation(.content, reasons: [])),
    ])
    func whatHasNoPictureCostsNothing(outcome: Outcome) throws {
        let bench = Bench { $0.tasks.balance = 100_000_000 }
        bench.making.outcome = outcome
        _ = try bench.ended(bench.accepted())
        #expect(try bench.credits() == #"{"credits":100.0}"#)
    }

    @Test func whatIsRefusedCostsNothing() throws {
        let bench = Bench { $0.tasks.balance = 100_000_000 }
        #expect(try bench.submit(image: "aGk=").status == 422)
        #expect(try bench.credits() == #"{"credits":100.0}"#)
    }

    @Test func partsOfACreditAreKept() throws {
        let bench = Bench {
            $0.tasks.balance = 1_000_000
            $0.bfl.highPrice = 0.1
        }
        for _ in 0..<3 { _ = try bench.accepted() }
        #expect(try bench.credits() == #"{"credits":0.7}"#)
    }
}
