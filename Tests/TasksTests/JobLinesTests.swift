import Bytes
import Crypto
import Imaging
import Outpainting
import TestSupport
import Testing

@testable import Tasks

/// In which order jobs are done that need much memory, and those that do not.
@Suite struct JobLinesTests {
    /// The head of a picture that takes so many bytes to be decoded, or a little more.
    private static func head(_ bytes: Int, _ number: Int, _ text: String = "") -> ByteBuffer {
        var file = ByteBuffer()
        for byte in [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52] as [UInt8] {
            file.append(byte)
        }
        for side in [bytes / 400, 100] {
            for shift in [24, 16, 8, 0] { file.append(UInt8(truncatingIfNeeded: side >> shift)) }
        }
        for byte in [8, 2, 0, 0, 0, 0, 0, 0, 0] as [UInt8] { file.append(byte) }
        file.append("\(number)\(text)")
        return file
    }

    private let bench = Bench()

    private func job(_ bytes: Int, _ number: Int) throws -> Job {
        let reference = try bench.workshop.reference(Self.head(bytes, number))
        let order = Order(reference, try #require(Recipe(canvas: Size(width: 100, height: 100))))
        return Job(order.content, order)
    }

    private func next(_ lines: inout JobLines) throws -> (job: Job, share: DecodingMemory.Share) {
        let next = lines.next()
        return try #require(next)
    }

    private func expectNone(_ lines: inout JobLines) {
        let next = lines.next()
        #expect(next == nil)
    }

    @Test func aJobKnowsWhatItsPicturesTake() throws {
        let large = try job(400_000, 1)
        #expect(400_000..<500_000 ~= large.decodingBytes)
        #expect(try bench.workshop.reference(ByteBuffer("no picture")).decodingBytes == 0)
        let mark = try bench.workshop.reference(Self.head(800_000, 2))
        var recipe = try #require(Recipe(canvas: Size(width: 100, height: 100)))
        recipe.mark = Recipe.Mark(
            .picture(mark), Watermark.Placing(horizontal: 0, vertical: 0), opacity: 100)
        let order = Order(try bench.workshop.reference(Self.head(400_000, 3)), recipe)
        #expect(800_000..<900_000 ~= Job(order.content, order).decodingBytes)
    }

    @Test func largeOnesStandAsideAndSmallOnesPass() throws {
        var lines = JobLines(DecodingMemory(limit: 1_000_000))
        let large = try (0..<3).map { try job(600_000, $0) }
        let small = try (3..<5).map { try job(40_000, $0) }
        for job in [large[0], large[1], small[0], large[2], small[1]] { lines.append(job, for: Namespace("a")) }
        #expect(lines.count == 5 && !lines.lacksMemory)
        let first = try next(&lines)
        #expect(first.job === large[0])
        let second = try next(&lines)
        #expect(second.job === small[0] && lines.lacksMemory)
        let third = try next(&lines)
        #expect(third.job === small[1] && lines.count == 2)
        expectNone(&lines)
        first.share.giveBack()
        let fourth = try next(&lines)
        #expect(fourth.job === large[1])
        expectNone(&lines)
        fourth.share.giveBack()
        let fifth = try next(&lines)
        #expect(fifth.job === large[2] && lines.count == 0)
        expectNone(&lines)
        for taken in [second, third] { taken.share.giveBack() }
    }

    @Test func theFirstThatStandsAsideIsNotOvertakenForEver() throws {
        var lines = JobLines(DecodingMemory(limit: 1_000_000))
        let large = try (0..<2).map { try job(600_000, $0) }
        for job in large { lines.append(job, for: Namespace("a")) }
        let first = try next(&lines)
        let small = try job(40_000, 2)
        for _ in 0..<101 { lines.append(small, for: Namespace("b")) }
        for _ in 0..<100 {
            let next = try next(&lines)
            #expect(next.job === small)
            next.share.giveBack()
        }
        expectNone(&lines)
        first.share.giveBack()
        let last = try next(&lines)
        #expect(last.job === large[1])
        let behind = try next(&lines)
        #expect(behind.job === small)
    }

    @Test func whatWasDoneMeanwhileIsPassedOver() throws {
        var lines = JobLines(DecodingMemory(limit: 1_000_000))
        let large = try (0..<4).map { try job(600_000, $0) }
        for job in large { lines.append(job, for: Namespace("a")) }
        let first = try next(&lines)
        expectNone(&lines)
        for job in large[1...2] { job.state = .running(since: 0) }
        first.share.giveBack()
        let last = try next(&lines)
        #expect(last.job === large[3])
    }

    @Test func atTheEndAllThatWaitAreTakenOut() throws {
        var lines = JobLines(DecodingMemory(limit: 1_000_000))
        let jobs = try (0..<4).map { try job($0 == 3 ? 40_000 : 600_000, $0) }
        for job in jobs[0...2] { lines.append(job, for: Namespace("a")) }
        let first = try next(&lines)
        expectNone(&lines)
        lines.append(jobs[3], for: Namespace("b"))
        var left: [Job] = []
        while let job = lines.takeAny() { left.append(job) }
        #expect(left.count == 3 && jobs[1...].allSatisfy { job in left.contains { $0 === job } })
        first.share.giveBack()
    }

    /// Two workers: one makes a large picture, and the other is free though a large one waits.
    @Test func aSmallPictureDoesNotWaitForLargeOnes() throws {
        let bench = Bench {
            $0.workers = 2
            $0.images.memory = 1_000_000
        }
        bench.making.hold()
        let large = try (0..<3).map { try submit(to: bench, 600_000, $0) }
        #expect(eventually { bench.workshop.counts.running == 1 })
        let small = try submit(to: bench, 40_000, 3, by: "modest")
        #expect(eventually { bench.workshop.counts == bench.counts(waiting: 2, running: 2) })
        #expect(bench.workshop.task(small.id)?.state == .running(progress: 0, started: bench.time.now))
        bench.making.release()
        for task in large + [small] { #expect(bench.outcome(task.id) == .ready) }
    }

    @Test func aPictureThatIsDecodedMakesRoomForTheNext() throws {
        let bench = Bench {
            $0.workers = 2
            $0.images.memory = 1_000_000
        }
        bench.making.hold()
        let tasks = try (0..<2).map { try submit(to: bench, 600_000, $0, "decoded early") }
        #expect(eventually { bench.workshop.counts == bench.counts(waiting: 0, running: 2) })
        bench.making.release()
        for task in tasks { #expect(bench.outcome(task.id) == .ready) }
    }

    /// Who else decodes: pictures that are uploaded are made smaller.
    @Test func whatSomebodyElseGivesBackIsThereForThoseWhoWait() throws {
        let bench = Bench { $0.images.memory = 1_000_000 }
        let other = try #require(bench.memory.share(of: 900_000))
        let task = try submit(to: bench, 600_000, 0)
        let small = try submit(to: bench, 40_000, 1)
        #expect(bench.outcome(small.id) == .ready)
        #expect(bench.workshop.task(task.id)?.state == .waiting)
        other.giveBack()
        #expect(bench.outcome(task.id) == .ready)
    }

    private func submit(
        to bench: Bench, _ bytes: Int, _ number: Int, _ text: String = "", by name: String = "greedy"
    ) throws -> Snapshot {
        let reference = try bench.workshop.reference(Self.head(bytes, number, text))
        var order = Order(reference, try #require(Recipe(canvas: Size(width: 100, height: 100))))
        order.activeLimit = .max
        return try bench.workshop.submit(order, by: Namespace(name))
    }
}

extension Bench {
    fileprivate func counts(waiting: Int, running: Int) -> Workshop.Counts {
        let now = workshop.counts
        return Workshop.Counts(
            waiting: waiting, running: running, tasks: now.tasks, pictures: now.pictures, namespaces: now.namespaces,
            memoryBytes: now.memoryBytes, fileBytes: now.fileBytes)
    }
}
