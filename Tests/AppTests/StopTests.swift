import Bytes
import HTTP
import Imaging
import TestSupport
import Testing

@testable import App

/// What becomes of work that is under way when the program ends.
@Suite struct StopTests {
    /// How often is looked whether there is more time, a millisecond each.
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

    /// Services with tasks under way whose ends go to a webhook, if there is one.
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

    @Test func tasksThatAWebhookAwaitsAreDoneAndTold() throws {
        try Peer.answering(answer()) { peer in
            try withTasks([100, 110, 120], fill: "edge", webhook: peer.url()) { services, sink in
                let looks = Looks(upTo: 20_000)
                let dropped = services.stop(before: .max, while: looks.lasts)
                #expect(dropped == Services.Dropped())
                #expect(peer.requests.count == 3 && peer.requests.allSatisfy { $0.contains(#""status":"Ready""#) })
            }
        }
    }

    @Test func withoutTimeAllThatIsUnderWayIsDroppedAndCounted() throws {
        try Peer.answering(answer()) { peer in
            // The first takes longer than all the rest.
            try withTasks([1024, 100, 110], fill: "mosaic", webhook: peer.url()) { services, _ in
                let dropped = services.stop()
                #expect(dropped.waiting + dropped.running == 3 && dropped.messages == 3)
                #expect(peer.requests.isEmpty)
            }
        }
    }

    @Test func tasksThatNobodyAwaitsAreNotWaitedFor() throws {
        try withTasks([1024, 100], fill: "mosaic", webhook: nil) { services, _ in
            let looks = Looks(upTo: 20_000)
            let dropped = services.stop(before: .max, while: looks.lasts)
            #expect(looks.count == 0 && dropped.waiting + dropped.running == 2 && dropped.messages == 0)
        }
    }

    @Test func aReceiverThatIsSilentIsWaitedForNoLongerThanThereIsTime() throws {
        try Peer.serving({ try $1.waitForEnd() }) { silent in
            try withTasks([100], fill: "edge", webhook: silent.url()) { services, sink in
                #expect(eventually { silent.requests.count == 1 })
                let looks = Looks(upTo: 10)
                let dropped = services.stop(before: .max, while: looks.lasts)
                #expect(looks.count >= 10 && dropped == Services.Dropped(messages: 1))
                #expect(!sink.text.contains("webhook"))
            }
        }
    }
}
