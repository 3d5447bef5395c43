import Bytes
import HTTP
import Imaging
import TestSupport
import Testing

@testable import App
@testable import Time

/// Unfinished tasks at shutdown.
@Suite struct StopTests {
    /// Counts the checks for remaining time; each check takes a millisecond.
    private final class Looks {
        private(set) var count = 0
        private let most: Int

        init(upTo most: Int) { self.most = most }

        func lasts() -> Bool {
            pause(milliseconds: 1)
            count += 1
            return count < most
        }
    }

    /// Services with unfinished tasks, which send `webhook` if it is given.
    private func withTasks(
        _ sizes: [Int], fill: String, webhook: String?, _ body: (Services, Captured) throws -> Void
    ) throws {
        var arguments = ["--workers", "1", "--fill", fill]
        if let webhook { arguments += ["--bfl-webhook-url", webhook] }
        let sink = Captured()
        let services = Services(try Configuration.read(.serve, arguments, [:]).values, Log(level: .debug, sink: sink))
        try HandlerHarness.run(Router(services.routes, fallback: services.fallback), .memory) { harness in
            for size in sizes {
                let image = try Self.image()
                let submit = try harness.post(
                    "/v1/flux-tools/outpainting-v1",
                    #"{"input_image":"\#(image)","width":\#(size),"height":\#(size)}"#, fields: "x-key: a\r\n")
                #expect(submit.status == 200)
            }
        }
        try body(services, sink)
    }

    private static func image() throws -> String {
        var raster = Raster(width: 64, height: 64)
        var pixels = raster.mutablePixels
        for i in pixels.indices { pixels[i] = UInt8(truncatingIfNeeded: i * 7 / 5) }
        var file = ByteBuffer()
        var encoder = ImageEncoder()
        try encoder.encode(SharedRaster(raster), as: .png, into: &file)
        var text = ByteBuffer()
        Base64.encode(file.bytes, into: &text)
        return text.bytes.text
    }

    @Test func `tasks with a webhook finish and send it before the program stops`() throws {
        try Peer.answering(answer()) { peer in
            try withTasks([100, 110, 120], fill: "edge", webhook: peer.url()) { services, sink in
                let looks = Looks(upTo: 20_000)
                let dropped = services.stop(before: .now + .hours(1), while: looks.lasts)
                #expect(dropped == Services.Dropped())
                #expect(peer.requests.count == 3 && peer.requests.allSatisfy { $0.contains(#""status":"Ready""#) })
            }
        }
    }

    @Test func `stopping without a timeout drops and counts all unfinished tasks`() throws {
        try Peer.answering(answer()) { peer in
            // The first task is still running when `stop` is called.
            try withTasks([1024, 100, 110], fill: "mosaic", webhook: peer.url()) { services, _ in
                let dropped = services.stop()
                #expect(dropped.waiting + dropped.running == 3 && dropped.unsent == 3)
                #expect(peer.requests.isEmpty)
            }
        }
    }

    @Test func `tasks without a webhook do not delay the stop`() throws {
        try withTasks([1024, 100], fill: "mosaic", webhook: nil) { services, _ in
            let looks = Looks(upTo: 20_000)
            let dropped = services.stop(before: .now + .hours(1), while: looks.lasts)
            #expect(looks.count == 0 && dropped.waiting + dropped.running == 2 && dropped.unsent == 0)
        }
    }

    @Test func `a silent webhook receiver does not delay the stop beyond the timeout`() throws {
        try Peer.serving({ try $1.waitForEnd() }) { silent in
            try withTasks([100], fill: "edge", webhook: silent.url()) { services, sink in
                #expect(eventually { silent.requests.count == 1 })
                let looks = Looks(upTo: 10)
                let dropped = services.stop(before: .now + .hours(1), while: looks.lasts)
                #expect(looks.count >= 10 && dropped == Services.Dropped(unsent: 1))
                #expect(!sink.text.contains("webhook"))
            }
        }
    }
}
