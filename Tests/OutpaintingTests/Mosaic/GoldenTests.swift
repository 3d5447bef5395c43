import Imaging
import Outpainting
import Parallel
import TestSupport
import Testing

/// Golden hashes of pictures, made by an implementation of the same method in another language. All arithmetic is of
/// integers, so the bytes are equal.
@Suite struct GoldenTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let reference: Size
        let canvas: Size
        let x: Int
        let y: Int
        let fast: String
        let high: String

        var testDescription: String { "\(reference) on \(canvas) at \(x),\(y)" }
        var placement: Placement {
            Placement(
                canvas: canvas, placed: Rect(x: x, y: y, width: reference.width, height: reference.height))
        }
    }

    static func golden(
        _ reference: (Int, Int), _ canvas: (Int, Int), _ x: Int, _ y: Int, fast: String, high: String
    ) -> Case {
        Case(
            reference: Size(width: reference.0, height: reference.1),
            canvas: Size(width: canvas.0, height: canvas.1), x: x, y: y, fast: fast, high: high)
    }

    static let all = [
        golden((5, 40), (64, 64), 20, 10, fast: "7b8884f1332b30ad", high: "40eddcefc3573663"),
        golden((96, 64), (192, 128), 48, 32, fast: "601328e67fed4c20", high: "bdc8613f9877bb2a"),
        golden((96, 64), (160, 64), 0, 0, fast: "7ea44c6c2ab9ecc9", high: "53f3883affb0c277"),
        golden((97, 61), (200, 150), 80, 30, fast: "72cc5f510b61c4b6", high: "a35b1f56ebe8cca9"),
        golden((64, 64), (512, 256), 300, 100, fast: "d501e419565b4b0f", high: "3d172dada5ee637b"),
        golden((300, 200), (480, 480), 90, 140, fast: "14546693272593a0", high: "ad2d350c6da0459b"),
        golden((256, 256), (512, 512), 128, 128, fast: "dd1af308811c22bc", high: "8575bf6999aae9d7"),
    ]

    /// Extreme references and canvases: one pixel, one column, one-pixel margins, long strips.
    static let odd = [
        golden((1, 1), (64, 64), 0, 0, fast: "055ab6c94aff6c22", high: "055ab6c94aff6c22"),
        golden((1, 1), (70, 64), 69, 63, fast: "b9580132af376662", high: "b9580132af376662"),
        golden((62, 62), (64, 64), 1, 1, fast: "91866967bd7eb712", high: "3bb218b15c41fca8"),
        golden((63, 64), (64, 64), 0, 0, fast: "4e2896e1ff8b4d11", high: "1f61e9a2e23025d8"),
        golden((63, 64), (64, 64), 1, 0, fast: "2ce3f425373d4ea7", high: "5b89df5316a6a4e0"),
        golden((64, 1), (64, 64), 0, 63, fast: "472b819c0e66849f", high: "4c8ae4b4780a188c"),
        golden((1, 64), (64, 64), 30, 0, fast: "8a59606630fdbdfa", high: "8a59606630fdbdfa"),
        golden((20, 20), (320, 20), 150, 0, fast: "14f854ace2304277", high: "82e1e23ce40d1437"),
        golden((17, 40), (17, 272), 0, 3, fast: "1940c6cbcb8f5a28", high: "55fff4d8cbe45586"),
    ]

    /// Far canvases, which grow in several stages.
    static let far = [
        golden((64, 64), (2048, 2048), 992, 992, fast: "61fdaf5bdb6bd674", high: "da20d2f682c99d68"),
        golden((64, 64), (4096, 256), 0, 100, fast: "474378bb7fc21b8d", high: "224f4911d9745edb"),
    ]

    #if DEBUG
        // Without optimization a large mosaic takes minutes; the small ones walk the same code.
        static let fastCases = Array(all.prefix(2) + odd.prefix(5))
        static let highCases = Array(odd.prefix(3))
        static let crews = [2]
    #else
        static let fastCases = all + odd + far
        static let highCases = all + odd + far
        static let crews = [1, 2, 3]
    #endif

    static func hash(_ golden: Case, _ mode: Mode, threads: Int) throws -> String {
        let reference = Pictures.scene(golden.reference.width, golden.reference.height)
        let canvas = try MosaicFill(mode).canvas(
            reference, golden.placement, on: ComputePool(count: threads))
        return PictureHash.short(canvas.pixels)
    }

    @Test(arguments: fastCases, crews)
    func `the fast mosaic matches its golden hash`(golden: Case, threads: Int) throws {
        #expect(try Self.hash(golden, .fast, threads: threads) == golden.fast)
    }

    @Test(arguments: highCases, crews)
    func `the high mosaic matches its golden hash`(golden: Case, threads: Int) throws {
        #expect(try Self.hash(golden, .high, threads: threads) == golden.high)
    }
}
