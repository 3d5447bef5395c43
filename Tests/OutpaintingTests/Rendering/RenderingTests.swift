import Imaging
import Outpainting
import Parallel
import Synchronization
import Testing

/// Renders files to files.
@Suite struct RenderingTests {
    static func request(_ width: Int, _ height: Int, _ fill: any Fill = EdgeFill()) -> RenderingRequest {
        RenderingRequest(canvas: Size(width: width, height: height), fill: fill)
    }

    struct Place: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reference: Size
        let canvas: Size
        let offset: (Int?, Int?)
        let crop: Rect
        let at: (x: Int, y: Int)
    }

    static func place(
        _ name: String, _ reference: (Int, Int), on canvas: (Int, Int), offset: (Int?, Int?) = (nil, nil),
        crop: (Int, Int, Int, Int)? = nil, at: (Int, Int)
    ) -> Place {
        let crop = crop ?? (0, 0, reference.0, reference.1)
        return Place(
            testDescription: name, reference: Size(width: reference.0, height: reference.1),
            canvas: Size(width: canvas.0, height: canvas.1), offset: offset,
            crop: Rect(x: crop.0, y: crop.1, width: crop.2, height: crop.3), at: at)
    }

    static let places = [
        place("centered, even", (40, 30), on: (96, 64), at: (28, 17)),
        place("centered, the odd pixel right and below", (41, 31), on: (96, 64), at: (27, 16)),
        place("in the corner", (40, 30), on: (96, 64), offset: (0, 0), at: (0, 0)),
        place("in the last corner", (40, 30), on: (96, 64), offset: (56, 34), at: (56, 34)),
        place("one offset", (40, 30), on: (96, 64), offset: (3, nil), at: (3, 17)),
        place("cropped left and below", (40, 30), on: (96, 64), offset: (-10, 50), crop: (10, 0, 30, 14), at: (0, 50)),
        place("centered and cropped, the odd pixel left", (101, 31), on: (64, 64), crop: (19, 0, 64, 31), at: (0, 16)),
        place("the whole canvas", (70, 64), on: (70, 64), at: (0, 0)),
    ]

    @Test(arguments: places, [OutputFormat.png, .losslessWebP])
    func `the pixels of the reference are kept exactly`(place: Place, output: OutputFormat) throws {
        let reference = Pictures.scene(place.reference.width, place.reference.height)
        #if DEBUG
            // Without optimization the mosaic takes seconds each.
            let fills: [any Fill] = [EdgeFill(), MirrorFill()]
        #else
            let fills: [any Fill] = [EdgeFill(), MosaicFill(.fast), MosaicFill(.high)]
        #endif
        for fill in fills {
            var request = RenderingRequest(canvas: place.canvas, fill: fill)
            (request.offsetX, request.offsetY) = place.offset
            request.autoCrop = true
            request.output = output
            let canvas = try Pictures.decoded(Pictures.rendered(Pictures.file(reference), request))
            #expect(canvas.channels == 3)
            #expect(canvas.width == place.canvas.width && canvas.height == place.canvas.height)
            let placed = Rect(x: place.at.x, y: place.at.y, width: place.crop.width, height: place.crop.height)
            #expect(canvas.part(placed) == reference.part(place.crop))
        }
    }

    @Test(arguments: [OutputFormat.png, .jpeg(), .webp(), .losslessWebP])
    func `every output format is written`(output: OutputFormat) throws {
        var request = Self.request(80, 70)
        request.output = output
        let file = try Pictures.rendered(Pictures.file(Pictures.scene(40, 30)), request)
        let probe = try ImageProbe(file.span)
        #expect(probe.format == output.format && probe.width == 80 && probe.height == 70)
    }

    @Test(arguments: [OutputFormat.png, .jpeg(), .losslessWebP])
    func `every format is read`(input: OutputFormat) throws {
        let file = try Pictures.file(Pictures.scene(40, 30), input)
        let reference = try Pictures.decoded(file)
        let canvas = try Pictures.decoded(Pictures.rendered(file, Self.request(80, 70)))
        #expect(canvas.part(Rect(x: 20, y: 20, width: 40, height: 30)) == reference.pixels.withArray)
    }

    @Test func `fills, modes and variants give different pictures`() throws {
        let file = try Pictures.file(Pictures.scene(40, 40))
        var files: Set<[UInt8]> = []
        let fills: [(name: String, mode: Mode, variant: Int)] = [
            ("mosaic", .high, 0), ("mosaic", .fast, 0), ("mosaic", .fast, 1), ("edge", .high, 0),
            ("mirror", .high, 0), ("blur", .high, 0), ("solid", .high, 0), ("#102030", .high, 0),
        ]
        for fill in fills {
            let named = try #require(NamedFill.make(fill.name, mode: fill.mode, variant: fill.variant))
            let result = try Pictures.rendered(file, Self.request(64, 64, named))
            #expect(try result == Pictures.rendered(file, Self.request(64, 64, named), on: ComputePool(count: 2)))
            files.insert(result)
        }
        #expect(files.count == fills.count)
        #expect(NamedFill.make("magic", mode: .high) == nil)
    }

    @Test func `progress rises from 0 to 1 and never falls`() throws {
        let file = try Pictures.file(Pictures.scene(40, 40))
        for output in [OutputFormat.png, .jpeg(), .webp()] {
            let seen = MosaicFillTests.Log()
            var request = Self.request(64, 64, MosaicFill(.fast))
            request.output = output
            _ = try Pictures.rendered(file, request) { seen.note($0) }
            let shares = seen.shares
            #expect(shares.first == 0 && shares.last == 1 && shares.count > 10)
            #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
        }
    }

    @Test(arguments: [OutputFormat.png, .jpeg(), .webp(), .losslessWebP])
    func `rendering stops at any progress report that returns false`(output: OutputFormat) throws {
        let file = try Pictures.file(Pictures.scene(40, 30))
        var request = Self.request(96, 64)
        request.output = output
        let whole = MosaicFillTests.Log()
        _ = try Pictures.rendered(file, request) { whole.note($0) }
        for report in 1...whole.shares.count {
            let seen = MosaicFillTests.Log(stopAt: report)
            do throws(RenderingError) {
                _ = try Pictures.rendered(file, request) { seen.note($0) }
                Issue.record("not stopped at report \(report)")
            } catch {
                #expect("\(error)" == "stopped")
            }
            #expect(seen.shares.count == report)
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: [UInt8]
        let request: RenderingRequest
    }

    static func refusals() throws -> [Refusal] {
        let scene = try Pictures.file(Pictures.scene(40, 30))
        var outside = request(96, 64)
        (outside.offsetX, outside.autoCrop) = (96, true)
        var over = request(96, 64)
        over.offsetX = 57
        var fast = request(96, 64)
        fast.mode = .fast
        var long = request(20_000, 64)
        long.output = .webp()
        var few = request(96, 64)
        few.limits.pixels = 1000
        return [
            Refusal(testDescription: "the image is empty", file: [], request: request(96, 64)),
            Refusal(
                testDescription: "this is not an image; PNG, JPEG, WebP, GIF and BMP are read",
                file: Array("Hello".utf8),
                request: request(96, 64)),
            Refusal(
                testDescription: "PNG: the file ends too early", file: scene.dropLast(20), request: request(96, 64)),
            Refusal(testDescription: "PNG: 1200 pixels, at most 1000 allowed", file: scene, request: few),
            Refusal(testDescription: "width is 63; it must be at least 64", file: scene, request: request(63, 64)),
            Refusal(
                testDescription:
                    "reference 40x30 at 96,17 lies wholly outside canvas 96x64; cropped, it would touch it at offset 95,17",
                file: scene, request: outside),
            Refusal(
                testDescription: "reference 40x30 at 57,17 leaves canvas 96x64; offset 56,17 would fit, or crop it",
                file: scene, request: over),
            Refusal(
                testDescription: "fast mode: the placed reference's width is 40; it must be at least 64", file: scene,
                request: fast),
            Refusal(
                testDescription: "width is 20000; as WebP it must be at most 16383", file: scene, request: long),
        ]
    }

    @Test(arguments: try refusals())
    func `an error is one sentence`(refusal: Refusal) {
        do throws(RenderingError) {
            _ = try Pictures.rendered(refusal.file, refusal.request)
            Issue.record("made all the same")
        } catch {
            #expect("\(error)" == refusal.testDescription)
        }
    }

    @Test func `the placement rules of fast mode can be turned off`() throws {
        var request = Self.request(96, 64)
        (request.mode, request.keepsFastRules) = (.fast, false)
        let file = try Pictures.rendered(Pictures.file(Pictures.scene(40, 30)), request)
        #expect(try Pictures.decoded(file).width == 96)
    }

    /// From then on a request needs little memory.
    @Test func `whenDecoded is called once the reference is decoded and cropped`() throws {
        let file = try Pictures.file(Pictures.scene(64, 64))
        let story = Mutex<[String]>([])
        var request = Self.request(96, 96, MosaicFill(.fast))
        request.whenDecoded = { story.withLock { $0.append("decoded") } }
        _ = try Pictures.rendered(file, request) { share in
            story.withLock { if $0.last != "going on" { $0.append("going on") } }
            return true
        }
        #expect(story.withLock { $0 } == ["decoded", "going on"])
        #expect(throws: RenderingError.self) { try Pictures.rendered(Array(file.dropLast(20)), request) }
        #expect(story.withLock { $0 } == ["decoded", "going on"])
    }
}

extension Span<UInt8> {
    fileprivate var withArray: [UInt8] { Pictures.array(self) }
}
