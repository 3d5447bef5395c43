import Bytes
import Imaging
import Testing

@testable import Outpainting

/// Watermarks over finished pictures.
@Suite struct WatermarkTests {
    private static let font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
    private static let canvas = Size(width: 128, height: 96)

    /// A gray picture.
    private struct Gray: PixelSource {
        let width = WatermarkTests.canvas.width
        let height = WatermarkTests.canvas.height
        var channels = 3

        func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>) {
            for i in pixels.indices { pixels[i] = channels == 4 && i % 4 == 3 ? 0 : 100 }
        }
    }

    /// The picture with a mark, painted by runs of this many rows.
    private func painted(_ watermark: Watermark, channels: Int = 3, rows: Int = 96) -> [UInt8] {
        let source = WatermarkedSource(base: Gray(channels: channels), watermark: watermark)
        var all: [UInt8] = []
        for start in stride(from: 0, to: source.height, by: rows) {
            let run = start..<min(start + rows, source.height)
            var pixels = [UInt8](repeating: 0, count: run.count * source.width * channels)
            var span = pixels.mutableSpan
            source.paint(run, into: &span)
            all += pixels
        }
        return all
    }

    /// A mark of one color and opacity.
    private func mark(
        _ horizontal: Int, _ vertical: Int, isTiled: Bool = false, alpha: UInt8 = 255, opacity: Int = 100
    ) -> Watermark {
        var raster = Raster(width: 8, height: 6, channels: 4)
        var pixels = raster.mutablePixels
        for i in 0..<48 {
            for (k, value) in [200, 0, 0, alpha].enumerated() { pixels[4 * i + k] = value }
        }
        return Watermark(
            raster, Watermark.Placing(horizontal: horizontal, vertical: vertical, isTiled: isTiled), opacity: opacity)
    }

    /// The columns and rows of what is not gray.
    private func area(_ pixels: [UInt8]) -> [Int] {
        let marked = (0..<128 * 96).filter { pixels[3 * $0] != 100 }
        let (columns, rows) = (marked.map { $0 % 128 }, marked.map { $0 / 128 })
        return [columns.min() ?? -1, columns.max() ?? -1, rows.min() ?? -1, rows.max() ?? -1, marked.count]
    }

    @Test(arguments: [
        (-1, -1, [4, 11, 3, 8, 48]), (0, -1, [60, 67, 3, 8, 48]), (1, -1, [116, 123, 3, 8, 48]),
        (-1, 0, [4, 11, 45, 50, 48]), (0, 0, [60, 67, 45, 50, 48]), (1, 0, [116, 123, 45, 50, 48]),
        (-1, 1, [4, 11, 87, 92, 48]), (0, 1, [60, 67, 87, 92, 48]), (1, 1, [116, 123, 87, 92, 48]),
    ])
    func `a watermark lies at its position`(_ horizontal: Int, _ vertical: Int, _ expected: [Int]) {
        #expect(area(painted(mark(horizontal, vertical))) == expected)
    }

    @Test func `tiles cover the canvas`() {
        let (left, right, top, bottom, count) = {
            ($0[0], $0[1], $0[2], $0[3], $0[4])
        }(area(painted(mark(0, 0, isTiled: true))))
        #expect(left < 4 && right > 123 && top < 3 && bottom > 92)
        #expect(count > 128 * 96 / 4 && count < 128 * 96 / 2)
    }

    @Test(arguments: [1, 5, 7, 40])
    func `a watermark does not depend on how rows are painted`(_ rows: Int) {
        let tiled = mark(0, 0, isTiled: true)
        #expect(painted(tiled, rows: rows) == painted(tiled))
    }

    @Test func `a watermark blends by its opacity`() {
        func color(_ alpha: UInt8, _ opacity: Int) -> [UInt8] {
            let pixels = painted(mark(0, 0, alpha: alpha, opacity: opacity))
            return Array(pixels[3 * (48 * 128 + 64)..<3 * (48 * 128 + 64) + 3])
        }
        #expect(color(255, 100) == [200, 0, 0])
        #expect(color(255, 50) == [150, 50, 50])
        #expect(color(128, 100) == [150, 50, 50])
        #expect(color(0, 100) == [100, 100, 100])
    }

    @Test func `a watermark is opaque over transparent pixels`() {
        let pixels = painted(mark(0, 0), channels: 4)
        let place = 4 * (48 * 128 + 64)
        #expect(Array(pixels[place..<place + 4]) == [200, 0, 0, 255])
        #expect(pixels[3] == 0)
    }

    @Test func `colors of transparent pixels do not show in a watermark`() {
        let pixels = painted(mark(0, 0, opacity: 60), channels: 4)
        let place = 4 * (48 * 128 + 64)
        #expect(Array(pixels[place..<place + 4]) == [200, 0, 0, 153])
    }

    // MARK: - Texts and pictures

    @Test func `a text is drawn in its color on its box`() throws {
        let (white, black) = (Color(red: 255, green: 255, blue: 255), Color(red: 0, green: 0, blue: 0))
        let placing = Watermark.Placing(horizontal: 0, vertical: 0)
        let boxed = WatermarkRequest(
            .text("Öpaint", font: Self.font, color: white, box: black), placing, opacity: 100)
        let on = painted(try boxed.watermark(for: Self.canvas))
        // Letters of eight pixels hardly fill one.
        #expect(on.contains { $0 > 150 } && on.contains(0))
        let bare = WatermarkRequest(.text("Öpaint", font: Self.font, color: white, box: nil), placing, opacity: 100)
        let off = painted(try bare.watermark(for: Self.canvas))
        #expect(off.contains { $0 > 150 } && !off.contains { $0 < 100 })
        #expect(area(off)[4] < area(on)[4])
    }

    @Test func `a long text is fitted to the canvas`() throws {
        let text = String(repeating: "W", count: 32)
        let request = WatermarkRequest(
            .text(text, font: Self.font, color: Color(red: 0, green: 0, blue: 0), box: nil),
            Watermark.Placing(horizontal: 0, vertical: 0), opacity: 100)
        let found = area(painted(try request.watermark(for: Self.canvas)))
        #expect(found[0] > 0 && found[1] < 127 && found[4] > 0)
    }

    @Test func `a missing font is an error that names it`() {
        #expect(throws: TextError.noFont) { try TextMask("a", font: "/nowhere", size: 12) }
    }

    @Test func `text rendering is deterministic`() throws {
        let (one, other) = (
            try TextMask("Same", font: Self.font, size: 20), try TextMask("Same", font: Self.font, size: 20)
        )
        #expect(one.coverage == other.coverage && one.width == other.width && one.height > 20)
        #expect(try TextMask("Some", font: Self.font, size: 20).coverage != one.coverage)
    }

    @Test(arguments: [
        ("a\nb\tc\u{2028}d", "a b c d"), ("a\u{0}\u{1B}b\u{7F}", "ab"), ("\u{202E}ab\u{200B}c\u{FEFF}", "abc"),
        ("a\u{FFFF}b\u{10FFFF}", "ab"),
    ])
    func `characters without a shape are not drawn`(_ text: String, _ alike: String) throws {
        let drawn = try TextMask(text, font: Self.font, size: 20)
        let expected = try TextMask(alike, font: Self.font, size: 20)
        #expect(drawn.coverage == expected.coverage && drawn.width == expected.width)
    }

    @Test func `a picture watermark blockSearches at most a quarter of the canvas`() throws {
        var raster = Raster(width: 300, height: 100)
        var pixels = raster.mutablePixels
        for i in pixels.indices { pixels[i] = 7 }
        let request = WatermarkRequest(
            .picture(SharedRaster(raster)), Watermark.Placing(horizontal: -1, vertical: -1), opacity: 100)
        #expect(area(painted(try request.watermark(for: Self.canvas))) == [4, 35, 3, 12, 320])
    }

    /// A fitted picture takes less memory while it is kept.
    @Test func `a picture fitted in advance gives the same watermark`() throws {
        func picture() -> Raster {
            var raster = Raster(width: 301, height: 97)
            var pixels = raster.mutablePixels
            for i in pixels.indices { pixels[i] = UInt8(truncatingIfNeeded: i &* i >> 5) }
            return raster
        }
        let fitted = WatermarkRequest.fitted(picture(), for: Self.canvas)
        #expect(fitted.width == 32 && fitted.height == 10)
        let marks = try [SharedRaster(picture()), fitted].map { picture in
            let request = WatermarkRequest(
                .picture(picture), Watermark.Placing(horizontal: -1, vertical: -1), opacity: 100)
            return painted(try request.watermark(for: Self.canvas))
        }
        #expect(marks[0] == marks[1])
    }

    // MARK: - Sizes

    @Test func `a reduced picture has the means of the large one`() {
        var raster = Raster(width: 3, height: 2)
        var pixels = raster.mutablePixels
        for (i, value) in ([0, 30, 60, 90, 120, 150] as [UInt8]).enumerated() {
            for k in 0..<3 { pixels[3 * i + k] = value }
        }
        let one = raster.reduced(toWidth: 1, height: 1)
        let two = raster.reduced(toWidth: 2, height: 1)
        let same = raster.reduced(toWidth: 3, height: 2)
        #expect(one.pixels[0] == 75)
        // Of the middle column each has a half.
        #expect(two.pixels[0] == 55 && two.pixels[3] == 95)
        let isSame = same.pixels.indices.allSatisfy { same.pixels[$0] == raster.pixels[$0] }
        #expect(isSame)
    }

    @Test func `transparent pixels have no weight in a mean`() {
        var raster = Raster(width: 2, height: 1, channels: 4)
        var pixels = raster.mutablePixels
        for (i, value) in ([200, 100, 50, 255, 0, 0, 0, 0] as [UInt8]).enumerated() { pixels[i] = value }
        let one = raster.reduced(toWidth: 1, height: 1)
        let found = one.pixels.indices.map { one.pixels[$0] }
        #expect(found == [200, 100, 50, 128])
    }
}
