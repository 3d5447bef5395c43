import Outpainting
import TestSupport
import Testing

@Suite struct FastPlacementTests {
    static func place(
        _ canvas: (Int, Int), _ reference: (Int, Int), x: Int? = nil, y: Int? = nil, autoCrop: Bool = false,
        inlineImage: Bool = true
    ) throws(PlacementError) -> Placement {
        let request = PlacementRequest(
            canvas: Size(width: canvas.0, height: canvas.1),
            reference: Size(width: reference.0, height: reference.1), offsetX: x, offsetY: y, autoCrop: autoCrop)
        return try Placement(fast: request, inlineImage: inlineImage)
    }

    @Test(arguments: [
        // offset and side of the canvas, and its padded side: cells are counted from the offset both ways
        (0, 64, 64), (0, 65, 80), (16, 80, 80), (1, 65, 80), (15, 79, 80), (17, 81, 96), (1, 66, 96), (512, 2048, 2048),
    ])
    func `the canvas is padded to cells counted from the reference`(offset: Int, side: Int, padded: Int) throws {
        let wide = try Self.place((side, 64), (64, 64), x: offset, y: 0, autoCrop: true)
        let high = try Self.place((64, side), (64, 64), x: 0, y: offset, autoCrop: true)
        #expect(wide.padded == Size(width: padded, height: 64))
        #expect(high.padded == Size(width: 64, height: padded))
    }

    @Test func `a picture by address is refused`() {
        #expect(throws: PlacementError.fastNeedsInlineImage) {
            try Self.place((200, 200), (100, 100), inlineImage: false)
        }
    }

    @Test func `the placed reference needs 64 pixels a side`() throws {
        #expect(throws: PlacementError.fastReferenceTooSmall(side: .width, asked: 63, least: 64)) {
            try Self.place((200, 200), (63, 100))
        }
        #expect(throws: PlacementError.fastReferenceTooSmall(side: .height, asked: 40, least: 64)) {
            try Self.place((200, 200), (100, 100), y: -60, autoCrop: true)
        }
        #expect(try Self.place((200, 200), (64, 64)).placed.width == 64)
    }

    @Test func `the placed reference is at most eight times longer than wide`() throws {
        let tall = Size(width: 64, height: 513)
        #expect(
            throws: PlacementError.fastReferenceTooLong(asked: tall, most: 8, nearest: Size(width: 64, height: 512))
        ) { try Self.place((600, 600), (64, 513)) }
        #expect(try Self.place((600, 600), (64, 512)).placed.height == 512)
    }

    @Test func `a full canvas is accepted only if its offset needs no padding`() throws {
        #expect(try Self.place((2048, 2048), (1024, 1024)).padded == Size(width: 2048, height: 2048))
        let error = #expect(throws: PlacementError.self) { try Self.place((2048, 2048), (1024, 1024), x: 500, y: 500) }
        guard case .fastCanvasTooLarge(_, let padded, let most, let nearest?)? = error else {
            return #expect(Bool(false))
        }
        #expect(padded == Size(width: 2064, height: 2064) && most == 4_194_304)
        #expect(nearest == Size(width: 2020, height: 2048))
    }

    @Test func `the advised canvas is accepted`() throws {
        var random = Seeded(2)
        var refused = 0
        for _ in 0..<2000 {
            let height = Int.random(in: 1000...4000, using: &random)
            let width = 4_194_304 / height - Int.random(in: 0...16, using: &random)
            let side = Int.random(in: 64...900, using: &random)
            let offset = Bool.random(using: &random) ? nil : Int.random(in: 0...100, using: &random)
            do {
                let placement = try Self.place((width, height), (side, side), x: offset)
                #expect(placement.padded.width * placement.padded.height <= 4_194_304)
                #expect(placement.padded.width >= width && placement.padded.height >= height)
                #expect(placement.padded.width % 16 == 0 && placement.padded.height % 16 == 0)
            } catch PlacementError.fastCanvasTooLarge(_, _, _, let nearest) {
                refused += 1
                guard let nearest else { return #expect(Bool(false)) }
                #expect(throws: Never.self) { try Self.place((nearest.width, nearest.height), (side, side), x: offset) }
                #expect(nearest.width <= width && nearest.height <= height)
            }
        }
        #expect(refused > 100)
    }
}
