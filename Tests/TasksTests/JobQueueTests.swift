import Bytes
import Crypto
import Imaging
import Outpainting
import TestSupport
import Testing

@testable import Tasks

/// In which order jobs are done that need much memory, and those that do not.
@Suite struct JobQueueTests {
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

    private let test = TestTasks()

    private func job(_ bytes: Int, _ number: Int) throws -> Job {
        let reference = try test.service.input(Self.head(bytes, number))
        let order = Order(reference, try #require(Recipe(canvas: Size(width: 100, height: 100))))
        return Job(order.content, order.image, order.recipe)
    }

    private func next(_ queue: inout JobQueue) throws -> (job: Job, share: DecodingMemory.Share) {
        let next = queue.next()
        return try #require(next)
    }

    private func expectNone(_ queue: inout JobQueue) {
        let next = queue.next()
        #expect(next == nil)
    }

    @Test func `a job takes the decoding memory of its largest image`() throws {
        let large = try job(400_000, 1)
        #expect(400_000..<500_000 ~= large.decodingBytes)
        #expect(try test.service.input(ByteBuffer("no picture")).decodingBytes == 0)
        let mark = try test.service.input(Self.head(800_000, 2))
        var recipe = try #require(Recipe(canvas: Size(width: 100, height: 100)))
        recipe.mark = Recipe.Mark(
            .picture(mark), Watermark.Placing(horizontal: 0, vertical: 0), opacity: 100)
        let order = Order(try test.service.input(Self.head(400_000, 3)), recipe)
        #expect(800_000..<900_000 ~= Job(order.content, order.image, order.recipe).decodingBytes)
    }

    @Test func `jobs that lack memory are set aside and smaller ones go first`() throws {
        var queue = JobQueue(DecodingMemory(limit: 1_000_000))
        let large = try (0..<3).map { try job(600_000, $0) }
        let small = try (3..<5).map { try job(40_000, $0) }
        for job in [large[0], large[1], small[0], large[2], small[1]] { queue.append(job, for: Namespace("a")) }
        #expect(queue.count == 5 && !queue.lacksMemory)
        let first = try next(&queue)
        #expect(first.job === large[0])
        let second = try next(&queue)
        #expect(second.job === small[0] && queue.lacksMemory)
        let third = try next(&queue)
        #expect(third.job === small[1] && queue.count == 2)
        expectNone(&queue)
        first.share.giveBack()
        let fourth = try next(&queue)
        #expect(fourth.job === large[1])
        expectNone(&queue)
        fourth.share.giveBack()
        let fifth = try next(&queue)
        #expect(fifth.job === large[2] && queue.count == 0)
        expectNone(&queue)
        for taken in [second, third] { taken.share.giveBack() }
    }

    @Test func `a job that was set aside is overtaken a limited number of times`() throws {
        var queue = JobQueue(DecodingMemory(limit: 1_000_000))
        let large = try (0..<2).map { try job(600_000, $0) }
        for job in large { queue.append(job, for: Namespace("a")) }
        let first = try next(&queue)
        let small = try job(40_000, 2)
        for _ in 0..<101 { queue.append(small, for: Namespace("b")) }
        for _ in 0..<100 {
            let next = try next(&queue)
            #expect(next.job === small)
            next.share.giveBack()
        }
        expectNone(&queue)
        first.share.giveBack()
        let last = try next(&queue)
        #expect(last.job === large[1])
        let behind = try next(&queue)
        #expect(behind.job === small)
    }

    @Test func `jobs that run already are skipped`() throws {
        var queue = JobQueue(DecodingMemory(limit: 1_000_000))
        let large = try (0..<4).map { try job(600_000, $0) }
        for job in large { queue.append(job, for: Namespace("a")) }
        let first = try next(&queue)
        expectNone(&queue)
        for job in large[1...2] { job.state = .running(since: .now) }
        first.share.giveBack()
        let last = try next(&queue)
        #expect(last.job === large[3])
    }

    @Test func `removeAny returns every waiting job`() throws {
        var queue = JobQueue(DecodingMemory(limit: 1_000_000))
        let jobs = try (0..<4).map { try job($0 == 3 ? 40_000 : 600_000, $0) }
        for job in jobs[0...2] { queue.append(job, for: Namespace("a")) }
        let first = try next(&queue)
        expectNone(&queue)
        queue.append(jobs[3], for: Namespace("b"))
        var left: [Job] = []
        while let job = queue.removeAny() { left.append(job) }
        #expect(left.count == 3 && jobs[1...].allSatisfy { job in left.contains { $0 === job } })
        first.share.giveBack()
    }

    /// Two workers: one makes a large picture, and the other is free though a large one waits.
    @Test func `a small picture is made while large ones wait for memory`() throws {
        let test = TestTasks {
            $0.workers = 2
            $0.images.memory = 1_000_000
        }
        test.making.hold()
        let large = try (0..<3).map { try submit(to: test, 600_000, $0) }
        #expect(eventually { test.service.counts.running == 1 })
        let small = try submit(to: test, 40_000, 3, by: "modest")
        #expect(eventually { test.service.counts == test.counts(waiting: 2, running: 2) })
        #expect(eventually { test.making.all.count == 2 })
        #expect(test.view(small.id)?.state == .awaitingPicture)
        test.making.release()
        for task in large + [small] { #expect(test.outcome(task.id) == .ready) }
    }

    @Test func `decoding memory is given back as soon as a picture is decoded`() throws {
        let test = TestTasks {
            $0.workers = 2
            $0.images.memory = 1_000_000
        }
        test.making.hold()
        let tasks = try (0..<2).map { try submit(to: test, 600_000, $0, "decoded early") }
        #expect(eventually { test.service.counts == test.counts(waiting: 0, running: 2) })
        test.making.release()
        for task in tasks { #expect(test.outcome(task.id) == .ready) }
    }

    /// Who else decodes: pictures that are uploaded are made smaller.
    @Test func `memory that another user gives back starts a waiting job`() throws {
        let test = TestTasks { $0.images.memory = 1_000_000 }
        let other = try #require(test.memory.share(of: 900_000))
        let task = try submit(to: test, 600_000, 0)
        let small = try submit(to: test, 40_000, 1)
        #expect(test.outcome(small.id) == .ready)
        #expect(test.view(task.id)?.state == .awaitingPicture)
        other.giveBack()
        #expect(test.outcome(task.id) == .ready)
    }

    private func submit(
        to test: TestTasks, _ bytes: Int, _ number: Int, _ text: String = "", by name: String = "greedy"
    ) throws -> TaskRecord {
        let reference = try test.service.input(Self.head(bytes, number, text))
        var order = Order(reference, try #require(Recipe(canvas: Size(width: 100, height: 100))))
        order.activeLimit = .max
        return try test.service.submit(order, by: Namespace(name))
    }
}

extension TestTasks {
    fileprivate func counts(waiting: Int, running: Int) -> TaskService.Counts {
        let now = service.counts
        return TaskService.Counts(
            waiting: waiting, running: running, tasks: now.tasks, pictures: now.pictures, namespaces: now.namespaces,
            memoryBytes: now.memoryBytes, fileBytes: now.fileBytes)
    }
}
