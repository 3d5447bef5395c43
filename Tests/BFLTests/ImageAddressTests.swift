import JSON
import Outbound
import System
import TestSupport
import Testing

@testable import Tasks

/// Images given by URL.
@Suite struct ImageAddressTests {
    private static func image(_ bytes: [UInt8], type: String = "image/png") -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-length: \(bytes.count)\r\n\r\n".utf8) + bytes
    }

    /// Expects that an answer refuses the image for this reason.
    private static func expect(_ reply: Reply, _ reason: String) throws {
        let detail = try reply.json["detail"]?.elements.map { $0 }.first
        #expect(reply.status == 422 && detail?["type"]?.string == "value_error", "\(reply.text)")
        #expect(detail?["loc"]?.elements.map { $0.string } == ["body", "input_image"])
        #expect(detail?["ctx"]?["error"]?.string == reason)
    }

    @Test func `an image is fetched from its URL`() throws {
        let file = PNG.bytes(256, 256)
        try Peer.serving({ try $1.send(Self.image(file)) }) { peer in
            let service = TestService()
            let reply = try service.submit(image: peer.url("/a.png"), width: 512, height: 256)
            #expect(try reply.json["input_mp"]?.double == 0.06)
            #expect(peer.requests.count == 1 && peer.requests[0].hasPrefix("GET /a.png HTTP/1.1\r\n"))
            // The caller's key is not sent to the image's host.
            #expect(!peer.requests[0].contains("test-key"))
            let id = try #require(try reply.json["id"]?.string)
            let sample = try #require(try service.ended(id).json["result"]?["sample"]?.string)
            let picture = try service.get(String(sample.dropFirst("http://test".count)))
            #expect(picture.body == file + Array(" on 512x256".utf8))
        }
    }

    /// A long prompt stays in memory until its submit is answered.
    @Test func `the body of a submit counts as memory in use while its image is fetched`() throws {
        let service = TestService()
        let inUse = Locked<(() -> Int)?>(nil)
        let seen = Locked(0)
        let answer = Self.image(PNG.bytes(64, 64))
        try Peer.serving({
            seen.withLock { $0 = inUse.withLock { $0?() ?? 0 } }
            try $1.send(answer)
        }) { peer in
            try withServer(service.router) { server in
                let count = 1 << 20
                inUse.withLock { $0 = { server.server.bodyMemoryInUse } }
                let prompt = String(repeating: "a", count: count)
                let body = #"{"input_image":"\#(peer.url())","width":64,"height":64,"prompt":"\#(prompt)"}"#
                let client = try server.connect()
                try client.send(
                    "POST \(TestService.path) HTTP/1.1\r\nhost: test\r\n\(TestService.key)content-length: \(body.utf8.count)\r\n\r\n\(body)"
                )
                #expect(try client.receiveReply().status == 200)
                #expect(seen.withLock { $0 } >= count)
                #expect(eventually { server.server.bodyMemoryInUse == 0 })
                inUse.withLock { $0 = nil }
            }
        }
    }

    @Test func `a URL that answers 404 is refused`() throws {
        try Peer.answering(answer("404 Not Found", "none")) { peer in
            let reply = try TestService().submit(image: peer.url("/a.png"))
            try Self.expect(reply, "the URL's host answered with status 404")
            // The error shows nothing of the host's answer, and the URL only as it was sent.
            #expect(!reply.text.contains("none") && reply.text.contains(#""input":"\#(peer.url("/a.png"))""#))
        }
    }

    @Test func `a fetched file that is not an image is refused with its content type`() throws {
        try Peer.serving({ try $1.send(Self.image(Array("words".utf8), type: "text/html; charset=utf-8")) }) { peer in
            try Self.expect(
                TestService().submit(image: peer.url()),
                "this is not an image; PNG, JPEG and WebP are read; the URL's host calls it text/html")
        }
    }

    @Test func `a fetched image with too many bytes or pixels is refused`() throws {
        try Peer.serving({ try $1.send(Self.image(PNG.bytes(64, 64) + [0])) }) { peer in
            let service = TestService { $0.intake.images.inputBytes = 33 }
            try Self.expect(service.submit(image: peer.url()), "there are more than the 33 bytes allowed at the URL")
        }
        try Peer.serving({ try $1.send(Self.image(PNG.bytes(3000, 3000))) }) { peer in
            let service = TestService { $0.intake.images.pixels = 8_999_999 }
            try Self.expect(
                service.submit(image: peer.url()),
                "PNG: 9000000 pixels, at most 8999999 allowed; the URL's host calls it image/png")
        }
    }

    @Test func `the placement of a fetched image is checked`() throws {
        try Peer.serving({ try $1.send(Self.image(PNG.bytes(65, 64))) }) { peer in
            let reply = try TestService().submit(image: peer.url())
            #expect(reply.status == 422 && reply.text.contains(#""loc":["body"],"#))
        }
    }

    @Test func `private addresses are refused unless allowed, and link-local addresses always`() throws {
        try Peer.answering(answer()) { peer in
            let service = TestService { $0.allowsPrivate = false }
            for host in ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"] {
                try Self.expect(
                    service.submit(image: "http://\(host):\(peer.port)/"),
                    "the URL leads to an address that is not allowed")
            }
            #expect(peer.requests.isEmpty)
        }
        try Self.expect(
            TestService().submit(image: "http://169.254.169.254/latest/meta-data"),
            "the URL leads to an address that is not allowed")
    }

    @Test(arguments: [
        ("http://user:secret@127.0.0.1/", "a URL must not hold a user name or a password"),
        ("http://", "the URL is not valid"), ("https://a b/", "the URL is not valid"),
    ])
    func `an invalid URL is refused`(address: String, reason: String) throws {
        try Self.expect(TestService().submit(image: address), reason)
    }

    @Test func `a URL is refused in fast mode and where URLs are turned off`() throws {
        try Peer.answering(answer()) { peer in
            try Self.expect(
                TestService().submit(#","mode":"fast""#, image: peer.url()), "fast mode takes a base64 image, not a URL"
            )
            let service = TestService { $0.intake.takesAddresses = false }
            try Self.expect(service.submit(image: peer.url()), "URLs are not fetched here; send the image as base64")
            #expect(peer.requests.isEmpty)
        }
    }

    @Test func `silent image hosts of one key do not delay other keys`() throws {
        try Peer.serving({ try $1.waitForEnd() }) { silent in
            try Peer.serving({ try $1.send(Self.image(PNG.bytes(64, 64))) }) { peer in
                let service = TestService { $0.fetchThreads = 2 }
                let greedy = try Thread("greedy") {
                    try? onThreads(4) { _ = try? service.submit(image: silent.url()) }
                }
                #expect(eventually { silent.requests.count == 1 && service.fetches.count == 4 })
                let reply = try service.submit(image: peer.url(), fields: "x-key: other-key\r\n")
                #expect(reply.status == 200)
                // The other key's fetches are still all in progress or waiting.
                #expect(eventually { service.fetches.count == 4 })
                service.fetches.stop()
                greedy.join()
            }
        }
    }

    /// The image may be valid, and so the answer is not 422.
    @Test func `a full fetch queue answers 429 with retry-after`() throws {
        let service = TestService { $0.fetchQueue = 1 }
        let isBusy = Locked(false)
        let isOpen = Locked(false)
        try service.fetches.submit(for: .other) { _ in
            isBusy.withLock { $0 = true }
            _ = eventually { isOpen.withLock { $0 } }
        }
        #expect(eventually { isBusy.withLock { $0 } })
        try service.fetches.submit(for: .other) { _ in }
        let reply = try service.submit(image: "http://127.0.0.1:1/")
        #expect(reply.status == 429 && reply["retry-after"] == "1")
        #expect(reply.text == #"{"detail":"Too many images are being fetched"}"#)
        isOpen.withLock { $0 = true }
    }

    @Test func `a submit with a URL answers 503 while the server stops`() throws {
        let service = TestService()
        service.fetches.stop()
        let reply = try service.submit(image: "http://127.0.0.1:1/")
        #expect(reply.status == 503)
    }
}
