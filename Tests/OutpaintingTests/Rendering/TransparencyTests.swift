import Imaging
import Outpainting
import Testing

/// How transparent references are rendered.
@Suite struct TransparencyTests {
    static let place = Rect(x: 28, y: 17, width: 40, height: 30)

    static func request(_ transparency: RenderingRequest.Transparency, _ output: OutputFormat) -> RenderingRequest {
        var request = RenderingRequest(canvas: Size(width: 96, height: 64), fill: EdgeFill())
        (request.transparency, request.output) = (transparency, output)
        return request
    }

    static func canvas(_ picture: SharedRaster, _ request: RenderingRequest) throws -> SharedRaster {
        try Pictures.decoded(Pictures.rendered(Pictures.file(picture), request))
    }

    @Test(arguments: [OutputFormat.png, .losslessWebP])
    func `kept transparency is unchanged and the canvas opaque`(output: OutputFormat) throws {
        let glass = Pictures.glass(40, 30)
        let canvas = try Self.canvas(glass, Self.request(.kept, output))
        #expect(canvas.channels == 4)
        // Colors under full transparency, too.
        #expect(canvas.part(Self.place) == glass.part(Rect(x: 0, y: 0, width: 40, height: 30)))
        for y in 0..<64 {
            for x in 0..<96 where !(28..<68).contains(x) || !(17..<47).contains(y) {
                #expect(canvas.pixel(x, y)[3] == 255)
            }
        }
    }

    @Test func `kept transparency is cropped with the picture`() throws {
        let glass = Pictures.glass(40, 30)
        var request = Self.request(.kept, .png)
        (request.offsetX, request.offsetY, request.autoCrop) = (-10, 50, true)
        let canvas = try Self.canvas(glass, request)
        let visible = Rect(x: 10, y: 0, width: 30, height: 14)
        #expect(canvas.part(Rect(x: 0, y: 50, width: 30, height: 14)) == glass.part(visible))
    }

    @Test func `a lossy WebP keeps the opacity`() throws {
        let glass = Pictures.glass(40, 30)
        let canvas = try Self.canvas(glass, Self.request(.kept, .webp()))
        #expect(canvas.channels == 4)
        for y in 0..<30 {
            for x in 0..<40 { #expect(canvas.pixel(x + 28, y + 17)[3] == glass.pixel(x, y)[3]) }
        }
    }

    @Test func `in a JPEG transparency lies on the background`() throws {
        var request = Self.request(.kept, .jpeg(quality: 100))
        request.encoding.background = .init(red: 200, green: 40, blue: 90)
        let canvas = try Self.canvas(Pictures.glass(40, 30), request)
        #expect(canvas.channels == 3)
        let middle = canvas.pixel(48, 32)
        for (found, asked) in zip(middle, [200, 40, 90]) { #expect(abs(Int(found) - asked) < 12) }
    }

    @Test(arguments: [OutputFormat.png, .jpeg(), .webp(), .losslessWebP])
    func `with filled transparency the result is opaque`(output: OutputFormat) throws {
        #expect(try Self.canvas(Pictures.glass(40, 30), Self.request(.filled, output)).channels == 3)
    }

    @Test func `with filled transparency opaque pixels stay`() throws {
        let glass = Pictures.glass(40, 30)
        let canvas = try Self.canvas(glass, Self.request(.filled, .png))
        for y in 0..<30 {
            for x in 0..<40 where glass.pixel(x, y)[3] == 255 {
                #expect(canvas.pixel(x + 28, y + 17) == Array(glass.pixel(x, y).dropLast()))
            }
        }
    }

    @Test func `a hole in one color is filled with that color`() throws {
        // Hidden pixels have another color, which must not show.
        let flat = Pictures.make(40, 30) { x, y in
            (8..<30).contains(x) && (5..<25).contains(y) ? (255, 0, 0) : (50, 100, 150)
        }
        let holed = Pictures.translucent(flat) { x, y in (8..<30).contains(x) && (5..<25).contains(y) ? 0 : 255 }
        let canvas = try Self.canvas(holed, Self.request(.filled, .png))
        for y in 0..<64 { for x in 0..<96 { #expect(canvas.pixel(x, y) == [50, 100, 150]) } }
    }

    /// A transparent border is filled like the canvas, as if the picture were no larger than its visible part.
    @Test func `a transparent border counts as canvas`() throws {
        let framed = Pictures.translucent(Pictures.scene(40, 30)) { x, y in
            (7..<33).contains(x) && (4..<25).contains(y) ? 255 : 0
        }
        let scene = Pictures.scene(40, 30)
        let alone = Pictures.make(26, 21) { x, y in
            let pixel = scene.pixel(x + 7, y + 4)
            return (Int(pixel[0]), Int(pixel[1]), Int(pixel[2]))
        }
        var request = Self.request(.filled, .png)
        let canvas = try Self.canvas(framed, request)
        (request.offsetX, request.offsetY) = (28 + 7, 17 + 4)
        let expected = try Self.canvas(alone, request)
        #expect(
            canvas.part(Rect(x: 0, y: 0, width: 96, height: 64))
                == expected.part(Rect(x: 0, y: 0, width: 96, height: 64)))
    }

    @Test func `a large hole has no edges inside`() throws {
        let ramp = Pictures.make(40, 30) { x, y in (6 * x, 8 * y, 90) }
        let holed = Pictures.translucent(ramp) { x, y in (6..<34).contains(x) && (4..<26).contains(y) ? 0 : 255 }
        let canvas = try Self.canvas(holed, Self.request(.filled, .png))
        for y in 4..<26 {
            for x in 6..<34 {
                let (here, before) = (canvas.pixel(28 + x, 17 + y), canvas.pixel(27 + x, 17 + y))
                for (one, other) in zip(here, before) { #expect(abs(Int(one) - Int(other)) <= 24) }
            }
        }
    }

    @Test func `a hole between two colors is filled from both`() throws {
        let two = Pictures.make(40, 30) { x, _ in x < 20 ? (200, 100, 0) : (0, 100, 200) }
        let holed = Pictures.translucent(two) { x, y in (10..<30).contains(x) && (8..<22).contains(y) ? 0 : 255 }
        let canvas = try Self.canvas(holed, Self.request(.filled, .png))
        let (left, right) = (canvas.pixel(28 + 11, 32), canvas.pixel(28 + 28, 32))
        #expect(left[0] > 130 && left[2] < 70 && left[1] == 100)
        #expect(right[0] < 70 && right[2] > 130 && right[1] == 100)
    }

    @Test func `a fully transparent picture is filled with black`() throws {
        let nothing = Pictures.translucent(Pictures.scene(40, 30)) { _, _ in 0 }
        let canvas = try Self.canvas(nothing, Self.request(.filled, .png))
        #expect(canvas.part(Rect(x: 0, y: 0, width: 96, height: 64)).allSatisfy { $0 == 0 })
    }

    @Test(arguments: RenderingRequest.Transparency.allCases)
    func `an opaque alpha channel is left out`(transparency: RenderingRequest.Transparency) throws {
        let scene = Pictures.scene(40, 30)
        let canvas = try Self.canvas(
            Pictures.translucent(scene) { _, _ in 255 }, Self.request(transparency, .png))
        #expect(canvas.channels == 3)
        #expect(canvas.part(Self.place) == scene.part(Rect(x: 0, y: 0, width: 40, height: 30)))
    }

    @Test func `transparency that is cropped away has no effect`() throws {
        let holed = Pictures.translucent(Pictures.scene(40, 30)) { x, _ in x < 10 ? 0 : 255 }
        var request = Self.request(.kept, .png)
        (request.offsetX, request.autoCrop) = (-10, true)
        #expect(try Self.canvas(holed, request).channels == 3)
    }
}
