import Bytes
import Crypto
import Imaging
import Outpainting
import Parallel
import System
import TestSupport
import Testing

@testable import Tasks

@Suite struct WorkshopTests {
    @Test func anOrderBecomesAPicture() throws {
        let bench = Bench()
        let task = try bench.submit("a cat")
        #expect(task.record.format == .png && task.record.accepted == bench.time.now)
        #expect(bench.outcome(task.id) == .ready)
        #expect(bench.picture(task.id) == "made of a cat")
        #expect(bench.workshop.picture(of: task.id)?.md5 == MD5.digest(ByteBuffer("made of a cat").bytes))
    }

    @Test(arguments: [1, 2])
    func theEngineMakesWhatItMakesAlone(workers: Int) throws {
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
        settings.workers = workers
        let workshop = Workshop(settings)
        let sent = ByteBuffer(reference.bytes)
        let task = try workshop.submit(Order(workshop.reference(sent), recipe), by: Namespace("someone"))
        _ = eventually { workshop.picture(of: task.id) != nil }
        let picture = try #require(workshop.picture(of: task.id))
        var room = ByteBuffer()
        #expect(try picture.file.withBytes(&room) { $0.equals(alone.bytes) })
        #expect(task.record.format == .jpeg)

        let isDecoded = Locked(false)
        var file = ByteBuffer()
        let outcome = EngineMaker(ImageLimits()).make(
            reference.bytes, recipe, on: SpareHands(crew: ComputePool(count: 1), busy: SpareHands.Busy()), into: &file,
            decoded: { isDecoded.withLock { $0 = true } },
            goOn: { share in share == 1 || isDecoded.withLock { $0 } })
        #expect(outcome == .ready && isDecoded.withLock { $0 })
    }

    @Test func whatIsNoPictureFailsByName() throws {
        let workshop = Workshop()
        let order = Order(
            try workshop.reference(ByteBuffer("no picture")), try #require(Recipe(canvas: Size(width: 96, height: 80))))
        let task = try workshop.submit(order, by: Namespace("someone"))
        _ = eventually { workshop.task(task.id)?.record.end != nil }
        guard case .failed(let failure) = workshop.task(task.id)?.record.end?.outcome else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.kind == .image && !failure.text.isEmpty)
    }

    @Test func aTaskWaitsThenRunsThenEnds() throws {
        let bench = Bench()
        bench.making.hold()
        let first = try bench.submit("first")
        #expect(eventually { bench.workshop.counts.running == 1 })
        let second = try bench.submit("second")
        #expect(bench.workshop.task(second.id)?.state == .waiting)
        #expect(bench.workshop.task(first.id)?.state == .running(progress: 0, started: bench.time.now))
        #expect(bench.workshop.counts.waiting == 1)
        let begun = bench.time.now
        bench.time.pass(seconds: 3)
        bench.making.release()
        #expect(bench.outcome(first.id) == .ready)
        #expect(bench.outcome(second.id) == .ready)
        let end = bench.workshop.task(first.id)?.record.end
        #expect(end?.started == begun && end?.finished == begun + .seconds(3))
    }

    @Test func progressIsShown() throws {
        let bench = Bench()
        let task = try bench.submit("long work")
        #expect(eventually { bench.workshop.task(task.id)?.state == .running(progress: 0.5, started: bench.time.now) })
    }

    @Test func aWorkerSurvivesWhatFails() throws {
        let bench = Bench()
        let bad = try bench.submit("fail at this")
        let good = try bench.submit("good")
        #expect(bench.outcome(bad.id) == .failed(Failure(.image, "fail at this")))
        #expect(bench.picture(bad.id) == nil)
        #expect(bench.outcome(good.id) == .ready)
    }

    @Test func anUnknownIdIsNoTask() {
        let bench = Bench()
        let (task, picture) = (bench.workshop.task(TaskID(1, 2)), bench.workshop.picture(of: TaskID(1, 2)))
        #expect(task == nil && picture == nil)
        #expect(!bench.workshop.whenDone(TaskID(1, 2)) { _ in })
    }
}
