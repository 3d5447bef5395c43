import Imaging
import Outpainting
import Synchronization
import TestSupport
import Testing

@Suite struct MosaicFillTests {
    static func hash(
        _ reference: SharedRaster, _ canvas: (Int, Int), at: (Int, Int), _ mode: Mode = .fast, variant: Int = 0
    ) throws -> String {
        let placement = Placement(
            canvas: Size(width: canvas.0, height: canvas.1),
            placed: Rect(x: at.0, y: at.1, width: reference.width, height: reference.height))
        let raster = try MosaicFill(mode, variant: variant).canvas(reference, placement)
        return PictureHash.short(raster.pixels)
    }

    @Test func `each variant is another picture and deterministic`() throws {
        let scene = Pictures.scene(96, 64)
        let hashes = try (0..<4).map { try Self.hash(scene, (160, 64), at: (0, 0), variant: $0) }
        #expect(Set(hashes).count == 4)
        #expect(try Self.hash(scene, (160, 64), at: (0, 0), variant: 3) == hashes[3])
        #expect(hashes[0] == "7ea44c6c2ab9ecc9")
    }

    @Test func `a flat picture stays flat`() throws {
        let placement = Placement(
            canvas: Size(width: 100, height: 90), placed: Rect(x: 20, y: 30, width: 40, height: 40))
        let canvas = try MosaicFill(.fast).canvas(Pictures.flat(40, 40, (90, 160, 30)), placement)
        var flat = true
        for i in 0..<canvas.pixels.count where canvas.pixels[i] != [90, 160, 30][i % 3] { flat = false }
        #expect(flat)
    }

    #if !DEBUG
        // These need optimization: without it each takes minutes.
        @Test func `no random picture crashes or overflows`() throws {
            let pictures = [
                Pictures.noise(512, 512, seed: 1), Pictures.checkerboard(512, 512, square: 16),
                Pictures.flat(512, 512, (255, 255, 255)), Pictures.make(512, 512) { x, y in (x / 2, y / 2, 128) },
            ]
            for picture in pictures {
                for mode in Mode.allCases {
                    let duration = try ContinuousClock().measure {
                        _ = try Self.hash(picture, (1024, 1024), at: (256, 256), mode)
                    }
                    // A generous bound: these take well under a second on an idle core.
                    #expect(duration < .seconds(10))
                }
            }
        }
    #endif

    @Test func `progress never falls and ends at one`() throws {
        let seen = Log()
        let placement = Placement(
            canvas: Size(width: 160, height: 64), placed: Rect(x: 0, y: 0, width: 40, height: 40))
        _ = try MosaicFill(.fast).canvas(Pictures.scene(40, 40), placement) { seen.note($0) }
        let shares = seen.shares
        #expect(shares.first == 0 && shares.last == 1 && shares.count > 10)
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test(arguments: [1, 2, 5, 9])
    func `a fill stops when its progress is cancelled`(report: Int) throws {
        let seen = Log(stopAt: report)
        let placement = Placement(
            canvas: Size(width: 160, height: 64), placed: Rect(x: 0, y: 0, width: 40, height: 40))
        #expect(throws: FillCancelled()) {
            _ = try MosaicFill(.fast).canvas(Pictures.scene(40, 40), placement) { seen.note($0) }
        }
        #expect(seen.shares.count == report)
    }

    /// What a fill reported.
    final class Log: Sendable {
        private let state = Mutex<[Double]>([])
        private let stopAt: Int

        init(stopAt: Int = .max) {
            self.stopAt = stopAt
        }

        var shares: [Double] { state.withLock { $0 } }

        func note(_ share: Double) -> Bool {
            state.withLock { shares in
                shares.append(share)
                return shares.count < stopAt
            }
        }
    }
}
