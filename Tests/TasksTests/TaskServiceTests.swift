import Bytes
import Crypto
import Imaging
import Outpainting
import Parallel
import System
import TestSupport
import Testing
import Time

@testable import Tasks

@Suite struct TaskServiceTests {
    @Test func `an order becomes a picture`() throws {
        let test = TestTasks()
        let task = try test.submit("a cat")
        #expect(task.format == .png && task.accepted == test.now)
        #expect(test.outcome(task.id) == .ready)
        #expect(test.picture(task.id) == "made of a cat")
        #expect(try test.service.picture(of: task.id)?.md5 == MD5.digest(ByteBuffer("made of a cat").bytes))
    }

    @Test(arguments: [1, 2])
    func `the service makes the same bytes as the renderer alone`(workers: Int) throws {
        var raster = Raster(width: 64, height: 64)
        var pixels = raster.mutablePixels
        for i in pixels.indices { pixels[i] = UInt8(truncatingIfNeeded: i &* i >> 7) }
        var encoder = ImageEncoder()
        var reference = ByteBuffer()
        try encoder.encode(SharedRaster(raster), as: .png, into: &reference)
        var recipe = try #require(Recipe(canvas: Size(width: 96, height: 80), fill: "edge"))
        recipe.output = .jpeg(quality: 90)
        var alone = ByteBuffer()
        var renderer = Renderer()
        try renderer.render(reference.bytes, recipe.request(ImageLimits()), into: &alone)

        var settings = Settings()
        (settings.workers, settings.life) = (workers, .ready)
        let service = TaskService(settings)
        let sent = ByteBuffer(reference.bytes)
        let task = try service.submit(Order(service.input(sent), recipe), by: Namespace("someone"))
        #expect(try eventually { try service.picture(of: task.id) != nil })
        let found = try service.picture(of: task.id)
        let picture = try #require(found)
        var room = ByteBuffer()
        #expect(try picture.file.withBytes(&room) { $0.equals(alone.bytes) })
        #expect(task.format == .jpeg)

        let isDecoded = Locked(false)
        var file = ByteBuffer()
        let outcome = EngineMaker(ImageLimits()).make(
            reference.bytes, recipe,
            on: SharedWorkers(pool: ComputePool(count: 1), running: SharedWorkers.RunningCount()), into: &file,
            decoded: { isDecoded.withLock { $0 = true } },
            goOn: { share in share == 1 || isDecoded.withLock { $0 } })
        #expect(outcome == .ready && isDecoded.withLock { $0 })
    }

    @Test func `a file that is no image fails with the reason`() throws {
        var settings = Settings()
        settings.life = .ready
        let service = TaskService(settings)
        let order = Order(
            try service.input(ByteBuffer("no picture")), try #require(Recipe(canvas: Size(width: 96, height: 80))))
        let task = try service.submit(order, by: Namespace("someone"))
        #expect(try eventually { try service.task(task.id)?.record.end != nil })
        guard case .failed(let failure) = try service.task(task.id)?.record.end?.outcome else {
            Issue.record("the task did not fail")
            return
        }
        #expect(failure.kind == .image && !failure.text.isEmpty)
    }

    @Test func `a task starts and ends at the instants at which its picture is begun and made`() throws {
        let test = TestTasks()
        test.making.hold()
        let first = try test.submit("first")
        #expect(eventually { test.service.counts.running == 1 })
        let second = try test.submit("second")
        #expect(test.view(first.id)?.state == .awaitingPicture && test.view(second.id)?.state == .awaitingPicture)
        #expect(test.service.counts.waiting == 1)
        test.jump(seconds: 3)
        test.making.release()
        #expect(test.outcome(first.id) == .ready)
        #expect(test.outcome(second.id) == .ready)
        // No time has passed since by itself: the clock stands still.
        let end = test.view(first.id)?.record.end
        #expect(end?.finished == test.now && test.now == first.accepted + .seconds(3))
    }

    @Test func `a worker goes on after a failure`() throws {
        let test = TestTasks()
        let bad = try test.submit("fail at this")
        let good = try test.submit("good")
        #expect(test.outcome(bad.id) == .failed(Failure(.image, "fail at this")))
        #expect(test.picture(bad.id) == nil)
        #expect(test.outcome(good.id) == .ready)
    }

    @Test func `an unknown id is no task`() throws {
        let test = TestTasks()
        let (task, picture) = try (test.service.task(TaskID(1, 2)), test.service.picture(of: TaskID(1, 2)))
        #expect(task == nil && picture == nil)
        #expect(!test.observe(TaskID(1, 2)) { _ in })
    }
}
