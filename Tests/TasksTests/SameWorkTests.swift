import TestSupport
import Testing

@testable import Tasks

@Suite struct SameWorkTests {
    @Test func whatIsUnderWayIsNotBegunAgain() throws {
        let bench = Bench()
        bench.making.hold()
        let first = try bench.submit("a cat", by: "one")
        #expect(eventually { bench.making.all == ["a cat"] })
        let others = try (0..<5).map { _ in try bench.submit("a cat", by: "two") }
        bench.making.release()
        for task in [first] + others {
            #expect(bench.outcome(task.id) == .ready)
            #expect(bench.picture(task.id) == "made of a cat")
        }
        #expect(bench.making.all == ["a cat"])
        #expect(Set(([first] + others).map(\.id)).count == 6)
    }

    @Test func whatIsKeptIsReadyAtOnce() throws {
        let bench = Bench()
        let first = try bench.submit("a cat")
        #expect(bench.outcome(first.id) == .ready)
        bench.time.pass(seconds: 60)
        let second = try bench.submit("a cat")
        #expect(second.state == .ended(.ready))
        #expect(second.record.end?.finished == bench.time.now)
        #expect(bench.making.all == ["a cat"])
    }

    /// Kept or under way, each is made for itself, and is what it would be otherwise.
    @Test func itIsMadeForEachTaskIfThatIsSet() throws {
        let (bench, sharing) = (Bench { ($0.sharesIdentical, $0.seed) = (false, 1) }, Bench { $0.seed = 1 })
        let first = try bench.submit("a cat")
        #expect(bench.outcome(first.id) == .ready)
        bench.making.hold()
        let others = try (0..<2).map { _ in try bench.submit("a cat") }
        #expect(others.allSatisfy { $0.record.end == nil })
        bench.making.release()
        for task in others {
            #expect(bench.outcome(task.id) == .ready)
            #expect(bench.picture(task.id) == "made of a cat")
        }
        #expect(bench.making.all == ["a cat", "a cat", "a cat"])
        #expect(try (0..<3).map { _ in try sharing.submit("a cat").id } == ([first] + others).map(\.id))
    }

    @Test func eachTaskHasItsPictureForItsOwnTime() throws {
        let bench = Bench { $0.resultLifetime = .seconds(100) }
        let first = try bench.submit("a cat")
        #expect(bench.outcome(first.id) == .ready)
        bench.time.pass(seconds: 60)
        let second = try bench.submit("a cat")
        bench.time.pass(seconds: 60)
        bench.workshop.sweep()
        #expect(bench.picture(first.id) == nil)
        #expect(bench.picture(second.id) == "made of a cat")
        bench.time.pass(seconds: 60)
        #expect(bench.picture(second.id) == nil)
        let third = try bench.submit("a cat")
        #expect(bench.outcome(third.id) == .ready)
        #expect(bench.making.all == ["a cat", "a cat"])
    }

    @Test(arguments: [true, false])
    func aShorterTimeTakesNothingFromALongerOne(isKept: Bool) throws {
        let bench = Bench { $0.resultLifetime = .seconds(100) }
        if !isKept { bench.making.hold() }
        let long = try bench.submit("a cat")
        if isKept { #expect(bench.outcome(long.id) == .ready) }
        var order = try bench.order("a cat")
        order.resultLifetime = .seconds(10)
        let short = try bench.workshop.submit(order, by: Namespace("someone"))
        bench.making.release()
        for task in [long, short] { #expect(bench.outcome(task.id) == .ready) }
        bench.time.pass(seconds: 50)
        bench.workshop.sweep()
        #expect(bench.picture(short.id) == nil)
        #expect(bench.picture(long.id) == "made of a cat")
    }

    @Test func aFailureIsTriedAgain() throws {
        let bench = Bench()
        let first = try bench.submit("fail")
        _ = bench.outcome(first.id)
        let second = try bench.submit("fail")
        _ = bench.outcome(second.id)
        #expect(bench.making.all == ["fail", "fail"])
    }

    @Test func anotherRecipeIsOtherWork() throws {
        let bench = Bench()
        let first = try bench.submit("a cat")
        let second = try bench.workshop.submit(bench.order("a cat", canvas: 200), by: Namespace("someone"))
        #expect(bench.outcome(first.id) == .ready)
        #expect(bench.outcome(second.id) == .ready)
        #expect(bench.making.all == ["a cat", "a cat"])
    }

    @Test func itComesWhenTheFirstOfItsNamespacesHasItsTurn() throws {
        let bench = Bench()
        bench.making.hold()
        let blocker = try bench.submit("blocker", by: "one")
        #expect(eventually { bench.workshop.counts.running == 1 })
        for number in 0..<10 { _ = try bench.submit("one's \(number)", by: "one") }
        _ = try bench.submit("wanted by both", by: "one")
        let wanted = try bench.submit("wanted by both", by: "two")
        bench.making.release()
        #expect(bench.outcome(blocker.id) == .ready)
        #expect(bench.outcome(wanted.id) == .ready)
        #expect(eventually { bench.making.all.count == 12 })
        #expect(bench.making.all.prefix(4).contains("wanted by both"))
    }
}
