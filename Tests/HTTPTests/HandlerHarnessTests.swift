import Bytes
import HTTP
import Synchronization
import System
import TestSupport
import Testing

/// Handlers answer alike, with a socket and without.
@Suite struct HandlerHarnessTests {
    private static let router = Router([
        .get("/hello/{name}", head: true) { request in .text(.ok, "hello \(request.parameter(0).text)") },
        .post("/echo", bodyLimit: 16) { request in .json(.ok, ByteBuffer(request.body.bytes)) },
        .post(
            "/later",
            later: { request, responder in
                let text = request.body.bytes.text
                do {
                    try Thread("answer") { responder.respond(.text(Status(202), "late \(text)")) }.join()
                } catch {
                    // The responder goes away, and the caller gets 500.
                }
            }),
        .post("/never", later: { _, _ in }),
        .get("/shared") { _ in
            .shared(contentType: "text/plain", SharedBytes(ByteBuffer(String(repeating: "x", count: 100_000))))
        },
    ])

    @Test(arguments: Medium.allCases)
    func `handlers answer alike with and without a socket`(medium: Medium) throws {
        try HandlerHarness.run(Self.router, medium) { harness in
            let hello = try harness.get("/hello/w%C3%B6rld")
            #expect(hello.status == 200)
            #expect(hello.reason == "OK")
            #expect(hello.text == "hello wörld")
            #expect(hello["content-type"] == "text/plain; charset=utf-8")
            let head = try harness.send("HEAD", "/hello/you")
            #expect(head.status == 200)
            #expect(head["content-length"] == "9")
            #expect(head.body == [])
            #expect(try harness.post("/echo", "[1]").text == "[1]")
            let chunked = try harness.send(
                "POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\n[\r\n2\r\n1]\r\n0\r\n\r\n")
            #expect(chunked.text == "[1]")
            #expect(try harness.post("/later", "b").text == "late b")
            #expect(try harness.post("/never", "b").status == 500)
            #expect(try harness.get("/shared").body.count == 100_000)
        }
    }

    @Test(arguments: Medium.allCases)
    func `refusals are alike with and without a socket`(medium: Medium) throws {
        try HandlerHarness.run(Self.router, medium) { harness in
            #expect(try harness.get("/nothing").status == 404)
            let wrong = try harness.send("DELETE", "/echo")
            #expect(wrong.status == 405)
            #expect(wrong["allow"] == "POST")
            let tooLong = try harness.post("/echo", String(repeating: "a", count: 17))
            #expect(tooLong.status == 413)
            #expect(tooLong["connection"] == "close")
            let malformed = try harness.send("GET / HTTP/1.1\r\nhost : a\r\n\r\n")
            #expect(malformed.status == 400)
            #expect(malformed["connection"] == "close")
            let old = try harness.send("GET /hello/a HTTP/1.0\r\n\r\n")
            #expect(old["connection"] == "close")
            let kept = try harness.send("GET /hello/a HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
            #expect(kept["connection"] == "keep-alive")
        }
    }
}
