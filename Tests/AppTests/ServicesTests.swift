import Bytes
import HTTP
import Imaging
import JSON
import TestSupport
import Testing

@testable import App

/// Both services on one address.
@Suite struct ServicesTests {
    private func withRouter(_ body: (Router) throws -> Void) throws {
        var configuration = Configuration()
        configuration.tasks.seed = 1
        configuration.tasks.workers = 1
        let services = Services(configuration, Log(sink: Captured()))
        defer { services.stop() }
        try body(Router(services.routes, fallback: services.fallback))
    }

    private func withHosts(_ body: (Hosts) throws -> Void) throws {
        let services = Services(Configuration(), Log(sink: Captured()))
        defer { services.stop() }
        try body(services.hosts([.get("/common") { _ in .text(.ok, "") }]))
    }

    private func ask(_ router: Router, _ request: String) throws -> Reply {
        let answer = try router.answer(request.utf8.span)
        let bytes = answer.bytes.indices.map { answer.bytes[$0] }
        return try #require(Reply.all(in: bytes)?.first)
    }

    private func post(_ router: Router, _ path: String, _ fields: String, _ body: String) throws -> JSONValue {
        let request = "POST \(path) HTTP/1.1\r\nhost: a\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)"
        return try JSONDocument(parsing: ByteBuffer(ask(router, request).text)).root
    }

    /// A picture of 64x64 pixels, in base64.
    private static let picture: String = {
        var raster = Raster(width: 64, height: 64)
        var pixels = raster.mutablePixels
        for i in pixels.indices { pixels[i] = UInt8(truncatingIfNeeded: i * 7 / 5) }
        var file = ByteBuffer()
        var encoder = ImageEncoder()
        do throws(EncodingError) {
            try encoder.encode(SharedRaster(raster), as: .png, into: &file)
        } catch {
            fatalError("\(error)")
        }
        var text = ByteBuffer()
        Base64.encode(file.bytes, into: &text)
        return text.bytes.text
    }()

    @Test func `equivalent tasks produce the same picture in both services`() throws {
        try withRouter { router in
            let submitted = try post(
                router, "/v1/flux-tools/outpainting-v1", "x-key: a\r\ncontent-type: application/json\r\n",
                """
                {"input_image":"\(Self.picture)","width":96,"height":80,"mode":"fast",\
                "reference_offset_x":24,"reference_offset_y":4}
                """)
            let id = try #require(submitted["id"]?.string)
            var sample: String?
            _ = try eventually {
                let reply = try ask(router, "GET /v1/get_result?id=\(id) HTTP/1.1\r\nhost: a\r\n\r\n")
                sample = try JSONDocument(parsing: ByteBuffer(reply.text)).root["result"]?["sample"]?.string
                return sample != nil
            }
            let link = try #require(sample).dropFirst("http://a".count)
            let first = try ask(router, "GET \(link) HTTP/1.1\r\nhost: a\r\n\r\n")
            let told = try post(
                router, "/v1", "authorization: Bearer a\r\n",
                """
                [{"taskType":"imageInference","taskUUID":"afed6468-1eca-46ef-a677-06aae34e47a4",\
                "model":"bfl:flux@outpainting","inputs":{"image":"\(Self.picture)"},"outputFormat":"PNG",\
                "settings":{"mode":"fast"},"outpaint":{"left":24,"top":4,"right":8,"bottom":12}}]
                """)
            let url = try #require(told["data"].flatMap { Array($0.elements).first?["imageURL"]?.string })
            let second = try ask(router, "GET \(url.dropFirst("http://a".count)) HTTP/1.1\r\nhost: a\r\n\r\n")
            #expect(first.status == 200 && first.body == second.body)
            // Neither service finds the tasks and files of the other.
            let other = try #require(told["data"].flatMap { Array($0.elements).first?["imageUUID"]?.string })
            let poll = try ask(router, "GET /v1/get_result?id=\(other) HTTP/1.1\r\nhost: a\r\n\r\n")
            #expect(poll.status == 404)
            let path = url.replacing(other, with: id).dropFirst("http://a".count)
            #expect(try ask(router, "GET \(path) HTTP/1.1\r\nhost: a\r\n\r\n").status == 404)
        }
    }

    private static let ping = #"[{"taskType":"ping","ping":true}]"#

    private func ask(_ hosts: Hosts, _ start: String, host: String, fields: String = "", _ body: String) throws -> Reply
    {
        let request = "\(start) HTTP/1.1\r\nhost: \(host)\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)"
        let answer = try hosts.answer(request.utf8.span)
        return try #require(Reply.all(in: answer.bytes.indices.map { answer.bytes[$0] })?.first)
    }

    @Test func `on an unknown host a key of BFL's callers alone hides Runware's path`() throws {
        try withHosts { hosts in
            let hidden = try ask(hosts, "POST /v1", host: "a", fields: "x-key: a\r\n", Self.ping)
            #expect(hidden.status == 404 && hidden.text == #"{"detail":"Not Found"}"#)
            let both = "x-key: a\r\nauthorization: Bearer a\r\n"
            let shown = try ask(hosts, "POST /v1", host: "a", fields: both, Self.ping)
            #expect(shown.status == 200)
        }
    }

    @Test func `a service's own host answers its paths and no other's whatever the fields are`() throws {
        try withHosts { hosts in
            for host in ["api.runware.ai", "ws-api.runware.ai:443", "IM.runware.ai"] {
                let both = "x-key: a\r\nauthorization: Bearer a\r\n"
                #expect(try ask(hosts, "POST /v1", host: host, fields: both, Self.ping).status == 200)
                #expect(try ask(hosts, "POST /v1", host: host, fields: "x-key: a\r\n", Self.ping).status == 401)
                #expect(try ask(hosts, "GET /v1/credits", host: host, fields: "x-key: a\r\n", "").status == 404)
                let common = try ask(hosts, "GET /common", host: host, "")
                #expect(common.status == 200)
            }
            for host in ["api.bfl.ai", "api.us1.bfl.ai", "api.bfl.ml:80", "delivery.eu1.bfl.ai"] {
                let fields = "authorization: Bearer a\r\n"
                #expect(try ask(hosts, "POST /v1", host: host, fields: fields, Self.ping).status == 404)
                #expect(try ask(hosts, "GET /v1/credits", host: host, fields: "x-key: a\r\n", "").status == 200)
                let common = try ask(hosts, "GET /common", host: host, "")
                #expect(common.status == 200)
            }
        }
    }

    @Test(arguments: ["GET /v1", "GET /v1?id=a", "GET /v1/?id=a", "HEAD /v1", "POST /v1/", "PATCH /v1"])
    func `a request with a BFL key for a path of Runware answers 404`(_ start: String) throws {
        try withRouter { router in
            let isHead = start.hasPrefix("HEAD")
            let request = "\(start) HTTP/1.1\r\nhost: a\r\nx-key: a\r\ncontent-length: 2\r\n\r\n{}"
            let answer = try router.answer(request.utf8.span)
            let reply = try #require(
                Reply.all(in: answer.bytes.indices.map { answer.bytes[$0] }, isHead: isHead)?.first)
            #expect(reply.status == 404 && (isHead || reply.text == #"{"detail":"Not Found"}"#))
        }
    }
}
