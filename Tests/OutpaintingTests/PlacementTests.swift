import Imaging
import Outpainting
import TestSupport
import Testing

@Suite struct PlacementTests {
    static func place(
        _ canvas: (Int, Int), _ reference: (Int, Int), x: Int? = nil, y: Int? = nil, autoCrop: Bool = false
    ) throws(PlacementError) -> Placement {
        try Placement(
            PlacementRequest(
                canvas: Size(width: canvas.0, height: canvas.1),
                reference: Size(width: reference.0, height: reference.1), offsetX: x, offsetY: y, autoCrop: autoCrop))
    }

    @Test(arguments: [
        (100, 64, 18), (101, 64, 18), (100, 65, 17), (64, 64, 0), (65, 64, 0), (66, 64, 1),
    ])
    func `an axis without offset is centered, the odd pixel right or below`(
        canvas: Int, reference: Int, offset: Int
    ) throws {
        let wide = try Self.place((canvas, 64), (reference, 64))
        let high = try Self.place((64, canvas), (64, reference))
        #expect(wide.placed == Rect(x: offset, y: 0, width: reference, height: 64))
        #expect(high.placed == Rect(x: 0, y: offset, width: 64, height: reference))
        #expect(wide.margins.right - wide.margins.left == (canvas - reference) % 2)
    }

    @Test(arguments: [(64, 65, 1), (64, 66, 1), (64, 67, 2), (100, 301, 101)])
    func `of an odd overhang the odd pixel is cut off left or above`(canvas: Int, reference: Int, cut: Int) throws {
        let placement = try Self.place((canvas, 64), (reference, 64), autoCrop: true)
        #expect(placement.crop == Rect(x: cut, y: 0, width: canvas, height: 64))
        #expect(placement.placed == Rect(x: 0, y: 0, width: canvas, height: 64))
        #expect(placement.pixelsToFill == 0)
    }

    @Test func `each axis is centered by itself`() throws {
        let placement = try Self.place((200, 200), (100, 50), x: 3)
        #expect(placement.placed == Rect(x: 3, y: 75, width: 100, height: 50))
    }

    @Test(arguments: [
        (63, 64, PlacementError.canvasTooSmall(side: .width, asked: 63, least: 64)),
        (64, 63, .canvasTooSmall(side: .height, asked: 63, least: 64)),
        (-5, 64, .canvasTooSmall(side: .width, asked: -5, least: 64)),
        (
            2048, 2049,
            .canvasTooLarge(
                asked: Size(width: 2048, height: 2049), most: 4_194_304, nearest: Size(width: 2047, height: 2048))
        ),
        (
            65_537, 64,
            .canvasTooLarge(
                asked: Size(width: 65_537, height: 64), most: 4_194_304, nearest: Size(width: 65_536, height: 64))
        ),
    ])
    func `a canvas beyond the limits is refused with the nearest that fits`(
        width: Int, height: Int, expected: PlacementError
    ) {
        #expect(throws: expected) { try Self.place((width, height), (10, 10)) }
    }

    @Test(arguments: [(64, 64), (2048, 2048), (65_536, 64), (64, 65_536)])
    func `a canvas at the limits is accepted`(width: Int, height: Int) throws {
        #expect(try Self.place((width, height), (10, 10)).canvas == Size(width: width, height: height))
    }

    @Test(arguments: [
        (OutputFormat.jpeg(), 65_500), (.webp(), 16_383), (.losslessWebP, 16_383), (.png, 65_536),
    ])
    func `a side longer than the format allows is refused`(output: OutputFormat, longest: Int) throws {
        func place(_ canvas: Size) throws(PlacementError) {
            _ = try Placement(
                PlacementRequest(canvas: canvas, reference: Size(width: 300, height: 10), offsetY: -50, output: output))
        }
        for (side, canvas) in [
            (PlacementError.Dimension.width, Size(width: longest, height: 64)),
            (.height, Size(width: 64, height: longest)),
        ] {
            // Where the reference lies counts after that.
            let outside = #expect(throws: PlacementError.self) { try place(canvas) }
            guard case .whollyOutside? = outside else { return #expect(Bool(false), "\(String(describing: outside))") }
            if output == .png { continue }
            var longer = canvas
            if side == .width { longer.width += 1 } else { longer.height += 1 }
            #expect(
                throws: PlacementError.canvasTooLong(
                    side: side, asked: longest + 1, format: output.format, most: longest)
            ) { try place(longer) }
        }
    }

    /// Offsets near the limits of integers do not overflow.
    @Test(arguments: [Int.max, Int.min, 1 << 41, -1 << 41]) func `an error has the offset as it was requested`(
        offset: Int
    ) {
        let error = #expect(throws: PlacementError.self) { try Self.place((200, 100), (50, 50), x: offset, y: offset) }
        #expect(error?.description.hasPrefix("reference 50x50 at \(offset),\(offset) lies wholly outside") == true)
    }

    @Test func `a huge canvas is refused without overflow`() throws {
        let error = #expect(throws: PlacementError.self) { try Self.place((Int.max, Int.max), (10, 10)) }
        guard case .canvasTooLarge(_, _, let nearest)? = error else { return #expect(Bool(false)) }
        #expect(throws: Never.self) { try Self.place((nearest.width, nearest.height), (10, 10)) }
    }

    @Test func `a reference that leaves the canvas is refused with the nearest offset`() {
        let canvas = Size(width: 200, height: 100)
        #expect(
            throws: PlacementError.outOfBounds(
                reference: Rect(x: 150, y: -1, width: 60, height: 50), canvas: canvas, nearestX: 140, nearestY: 0,
                leastCanvas: canvas)
        ) { try Self.place((200, 100), (60, 50), x: 150, y: -1) }
    }

    @Test func `a reference larger than the canvas is out of bounds when centered`() {
        #expect(
            throws: PlacementError.outOfBounds(
                reference: Rect(x: -50, y: 25, width: 300, height: 50), canvas: Size(width: 200, height: 100),
                nearestX: nil, nearestY: 25, leastCanvas: Size(width: 300, height: 100))
        ) { try Self.place((200, 100), (300, 50)) }
    }

    @Test(arguments: [(200, 0, 199, 0), (-60, 0, -59, 0), (0, 100, 0, 99), (0, -50, 0, -49), (Int.max, 0, 199, 0)])
    func `a reference wholly outside is refused even when cropped`(x: Int, y: Int, nearestX: Int, nearestY: Int) throws
    {
        for autoCrop in [false, true] {
            let error = #expect(throws: PlacementError.self) {
                try Self.place((200, 100), (60, 50), x: x, y: y, autoCrop: autoCrop)
            }
            guard case .whollyOutside(_, _, let offeredX, let offeredY)? = error else { return #expect(Bool(false)) }
            #expect(offeredX == nearestX && offeredY == nearestY)
        }
        let touching = try Self.place((200, 100), (60, 50), x: nearestX, y: nearestY, autoCrop: true)
        #expect(touching.placed.width >= 1 && touching.placed.height >= 1)
    }

    @Test(arguments: [
        (300, 50, "a canvas of at least 300x100 would hold it, or crop it"),
        (50_000, 50, "no canvas may be large enough for it, so crop it"),
    ])
    func `advice is never an impossible value`(width: Int, height: Int, advice: String) {
        let error = #expect(throws: PlacementError.self) { try Self.place((200, 100), (width, height)) }
        #expect(error?.description.hasSuffix("; " + advice) == true)
    }

    @Test func `cropping keeps the visible part`() throws {
        let placement = try Self.place((200, 100), (60, 150), x: -20, y: -30, autoCrop: true)
        #expect(placement.crop == Rect(x: 20, y: 30, width: 40, height: 100))
        #expect(placement.placed == Rect(x: 0, y: 0, width: 40, height: 100))
    }

    @Test func `any request is placed soundly or refused with advice that works`() throws {
        var random = Seeded(1)
        for _ in 0..<20_000 {
            var request = PlacementRequest(
                canvas: Size(
                    width: Int.random(in: 40...4000, using: &random), height: Int.random(in: 40...4000, using: &random)),
                reference: Size(
                    width: Int.random(in: 1...3000, using: &random), height: Int.random(in: 1...3000, using: &random)),
                offsetX: Bool.random(using: &random) ? nil : Int.random(in: -4000...4000, using: &random),
                offsetY: Bool.random(using: &random) ? nil : Int.random(in: -4000...4000, using: &random),
                autoCrop: Bool.random(using: &random))
            do {
                Self.expectSound(try Placement(request), for: request)
            } catch {
                // Taking the advice of one refusal after the other leads to a placement.
                for _ in 0..<6 {
                    guard let refusal = Self.refusal(of: request) else { break }
                    Self.follow(refusal, &request)
                }
                #expect(Self.refusal(of: request) == nil, "\(error)")
            }
        }
    }

    static func refusal(of request: PlacementRequest) -> PlacementError? {
        do {
            _ = try Placement(request)
            return nil
        } catch {
            return error
        }
    }

    static func follow(_ refusal: PlacementError, _ request: inout PlacementRequest) {
        switch refusal {
        case .canvasTooSmall(.width, _, let least): request.canvas.width = least
        case .canvasTooSmall(.height, _, let least): request.canvas.height = least
        case .canvasTooLarge(_, _, let nearest): request.canvas = nearest
        case .whollyOutside(_, _, let x, let y): (request.offsetX, request.offsetY) = (x, y)
        case .outOfBounds(_, _, let x?, let y?, _): (request.offsetX, request.offsetY) = (x, y)
        case .outOfBounds(_, _, _, _, let canvas):
            if canvas.width * canvas.height <= Placement.mostPixels {
                request.canvas = canvas
            } else {
                request.autoCrop = true
            }
        default: break
        }
    }

    static func expectSound(_ placement: Placement, for request: PlacementRequest) {
        let (placed, crop) = (placement.placed, placement.crop)
        #expect(placement.canvas == request.canvas)
        #expect(placed.width > 0 && placed.height > 0 && placed.x >= 0 && placed.y >= 0)
        #expect(placed.right <= request.canvas.width && placed.bottom <= request.canvas.height)
        #expect(crop.size == placed.size && crop.x >= 0 && crop.y >= 0)
        #expect(crop.right <= request.reference.width && crop.bottom <= request.reference.height)
        if !request.autoCrop { #expect(crop.size == request.reference) }
        // A pixel of the crop lies where the offset says, and the crop is as large as the canvas allows.
        if let x = request.offsetX { #expect(placed.x - crop.x == x) }
        if let y = request.offsetY { #expect(placed.y - crop.y == y) }
        #expect(crop.x == 0 || placed.x == 0)
        #expect(crop.right == request.reference.width || placed.right == request.canvas.width)
        #expect(crop.y == 0 || placed.y == 0)
        #expect(crop.bottom == request.reference.height || placed.bottom == request.canvas.height)
    }
}
