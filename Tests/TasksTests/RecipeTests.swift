import Imaging
import Outpainting
import Testing

@testable import Tasks

@Suite struct RecipeTests {
    /// Each changes one thing.
    private static let changes: [@Sendable (inout Recipe) -> Void] = [
        { $0.canvas.width = 200 }, { $0.canvas.height = 200 }, { $0.offsetX = 0 }, { $0.offsetX = 1 },
        { $0.offsetY = 0 },
        { $0.offsetY = -1 }, { $0.autoCrop = true }, { $0.mode = .fast }, { $0.keepsFastRules = false },
        { $0.variant = 1 }, { $0.output = .jpeg() },
        { $0.output = .jpeg(quality: 94) }, { $0.output = .webp() }, { $0.output = .webp(quality: 95) },
        { $0.output = .losslessWebP }, { $0.transparency = .filled }, { $0.background.red = 0 },
        { $0.background.green = 0 }, { $0.background.blue = 0 }, { $0.software = "" }, { $0.software = "outpaint" },
        { $0.referenceSize = Size(width: 1, height: 2) }, { $0.referenceSize = Size(width: 2, height: 1) },
        { $0.mark = mark("a") }, { $0.mark = mark("b") }, { $0.mark = mark("a", font: "/g") },
        { $0.mark = mark("a", color: 9) }, { $0.mark = mark("a", box: 0) }, { $0.mark = mark("a", box: 9) },
        { $0.mark = mark("a", opacity: 9) }, { $0.mark = mark("a", horizontal: 1) },
        { $0.mark = mark("a", vertical: 1) }, { $0.mark = mark("a", isTiled: true) },
    ]

    private static func mark(
        _ text: String, font: String = "/f", color: UInt8 = 0, box: UInt8? = nil, opacity: Int = 100,
        horizontal: Int = 0, vertical: Int = 0, isTiled: Bool = false
    ) -> Recipe.Mark {
        func grey(_ value: UInt8) -> Color { Color(red: value, green: value, blue: value) }
        return Recipe.Mark(
            .text(text, font: font, color: grey(color), box: box.map(grey)),
            Watermark.Placing(horizontal: horizontal, vertical: vertical, isTiled: isTiled), opacity: opacity)
    }

    @Test func `only equal recipes have the same canonical form`() throws {
        let plain = try #require(Recipe(canvas: Size(width: 100, height: 100)))
        var all = [plain, try #require(Recipe(canvas: Size(width: 100, height: 100), fill: "blur"))]
        for change in Self.changes {
            var changed = plain
            change(&changed)
            all.append(changed)
        }
        let forms = all.map { recipe -> [UInt8] in
            let form = recipe.canonical
            return form.bytes.indices.map { form.bytes[$0] }
        }
        #expect(Set(forms).count == all.count)
        #expect(Set(all).count == all.count)
    }

    /// A stored property that is forgotten in the canonical form would make two pictures one.
    @Test func `the canonical form covers every property`() throws {
        let recipe = try #require(Recipe(canvas: Size(width: 100, height: 100)))
        #expect(Mirror(reflecting: recipe).children.count == 14)
    }

    @Test func `the rendering request has the values of the recipe`() throws {
        var recipe = try #require(Recipe(canvas: Size(width: 300, height: 200), fill: "edge"))
        (recipe.offsetX, recipe.offsetY, recipe.autoCrop, recipe.mode) = (3, -4, true, .fast)
        (recipe.output, recipe.transparency, recipe.software) = (.webp(quality: 7), .filled, "x")
        (recipe.background, recipe.keepsFastRules) = (.init(red: 1, green: 2, blue: 3), false)
        let request = try recipe.request(ImageLimits())
        #expect(request.canvas == recipe.canvas && request.offsetX == 3 && request.offsetY == -4 && request.autoCrop)
        #expect(request.mode == .fast && request.output == .webp(quality: 7) && request.transparency == .filled)
        #expect(request.encoding.software == "x" && request.encoding.background == recipe.background)
        #expect(request.fill is EdgeFill && !request.keepsFastRules)
    }

    @Test func `a recipe with an unknown fill is refused`() {
        #expect(Recipe(canvas: Size(width: 100, height: 100), fill: "nonsense") == nil)
        #expect(Recipe(canvas: Size(width: 100, height: 100), fill: "#00ff00") != nil)
    }
}
