import Bytes
import TestSupport
import Testing

@testable import HTTP

@Suite struct RouterTests {
    private static let router = Router([
        .get("/") { _ in .text(.ok, "root") },
        .get("/a", head: true) { _ in .text(.ok, "a") },
        .post("/a") { request in .text(.ok, "post a \(request.body.count)") },
        Route([.put, .patch, .delete], "/a", .now { request in .text(.ok, "change a by \(request.method.name)") }),
        .get("/a/") { _ in .text(.ok, "a/") },
        .get("/a/{x}") { request in .text(.ok, "a x=\(request.parameter(0).text)") },
        // Found before the pattern above, though it comes later.
        .get("/a/b") { _ in .text(.ok, "a/b") },
        .get("/a/{x}/c/{y}") { request in
            .text(.ok, "x=\(request.parameter(0).text) y=\(request.parameter(1).text) z=\(request.parameter(2).text)")
        },
        .get("/{any}") { request in .text(.ok, "any=\(request.parameter(0).text)") },
        .get("/ö/b c") { _ in .text(.ok, "decoded") },
        .get("/echo/{x}") { request in
            .text(.ok, "\(request.path.text) \(request.routedPath.text) \(request.query.text)")
        },
    ])

    private func get(_ target: String, method: String = "GET") throws -> Reply {
        var reply: Reply?
        try HandlerHarness.run(Self.router, .memory) { reply = try $0.send(method, target) }
        return try #require(reply)
    }

    @Test(arguments: [
        ("/", "root"), ("/?x", "root"), ("/a", "a"), ("/a?b/c", "a"), ("/a/", "a/"), ("/a/b", "a/b"), ("/a/c", "a x=c"),
        ("/a/bb", "a x=bb"), ("/a/1/c/2", "x=1 y=2 z="), ("/A", "any=A"), ("/b", "any=b"), ("/aa", "any=aa"),
        ("http://other/a/b?q", "a/b"), ("http://other", "root"),
        // Compared after decoding, which happens once.
        ("/%61", "a"), ("/%61/%62", "a/b"), ("/a%2Fb", "a/b"), ("/a/%2562", "a x=%62"), ("/a/x%20y", "a x=x y"),
        ("/a/%E2%82%AC", "a x=€"), ("/%C3%B6/b%20c", "decoded"), ("/a/%", "a x=%"), ("/a/%zz", "a x=%zz"),
        ("/a/+", "a x=+"), ("/a/..", "a x=.."), ("/.", "any=."),
        ("/echo/%61?%62=1", "/echo/%61 /echo/a %62=1"), ("/echo/b", "/echo/b /echo/b "),
    ])
    func `a path leads to its route`(target: String, text: String) throws {
        let reply = try get(target)
        #expect(reply.status == 200)
        #expect(reply.text == text)
    }

    @Test(arguments: [
        "//", "/a/b/c", "/a//c/y", "/a/x/c", "/a/x/c/", "/a/x/c/y/z", "/a/x/d/y", "/a/x%2Fy", "/%2F", "/b/", "//a",
        "/echo/",
    ])
    func `a path without a route is answered 404`(target: String) throws {
        let reply = try get(target)
        #expect(reply.status == 404)
        #expect(reply["allow"] == nil)
        #expect(reply["content-type"] == "application/json")
        #expect(reply.text == #"{"detail":"Not Found"}"#)
    }

    @Test(arguments: [
        ("OPTIONS", "/a", "GET, HEAD, POST, PUT, PATCH, DELETE"),
        ("TRACE", "/a", "GET, HEAD, POST, PUT, PATCH, DELETE"),
        ("get", "/a", "GET, HEAD, POST, PUT, PATCH, DELETE"), ("BREW", "/a", "GET, HEAD, POST, PUT, PATCH, DELETE"),
        ("POST", "/", "GET"), ("POST", "/a/x", "GET"), ("DELETE", "/%61/b", "GET"), ("HEAD", "/a/b", "GET"),
        ("HEAD", "/", "GET"),
    ])
    func `a method without a route is answered 405 with those that have one`(
        method: String, target: String, allow: String
    ) throws {
        let reply = try get(target, method: method)
        #expect(reply.status == 405)
        #expect(reply["allow"] == allow)
        #expect(reply.text == (method == "HEAD" ? "" : #"{"detail":"Method Not Allowed"}"#))
    }

    @Test(arguments: ["PUT", "PATCH", "DELETE"])
    func `a route may have several methods`(method: String) throws {
        #expect(try get("/a", method: method).text == "change a by \(method)")
    }

    @Test func `HEAD is answered only where it is declared`() throws {
        let reply = try get("/a", method: "HEAD")
        #expect(reply.status == 200)
        #expect(reply.contentLength == 1)
        #expect(reply.body == [])
    }

    @Test func `targets without a path have no route`() throws {
        #expect(try get("*", method: "OPTIONS").status == 404)
        #expect(try get("a:80", method: "CONNECT").status == 404)
    }

    @Test func `the fallback of the router answers 404 and 405`() throws {
        let router = Router([.get("/a") { _ in .text(.ok, "") }]) { request, miss in
            switch miss {
            case .notFound: .text(Status(410), "no \(request.target.text)")
            case .methodNotAllowed(let allow): .text(Status(409), allow)
            }
        }
        try HandlerHarness.run(router, .memory) { harness in
            let missing = try harness.get("/b?c")
            #expect(missing.status == 410)
            #expect(missing.text == "no /b?c")
            #expect(try harness.post("/a", "").text == "GET")
        }
    }

    @Test func `handlers see the request as it was sent`() throws {
        let router = Router([
            Route(
                [.other, .post], "/{x}", wantsBody: true,
                .now { request in
                    var lines = ["\(request.methodName.text) \(request.target.text) for \(request.authority.text)"]
                    request.forEachField { lines.append("\($0.text)=\($1.text)") }
                    lines.append("first \(request.field("x-a")?.text ?? "-"), \(request.count(of: "x-a")) in all")
                    lines.append("none \(request.field("x-b")?.text ?? "-"), \(request.count(of: "x-b")) in all")
                    lines.append("past the end '\(request.parameter(1).text)'")
                    lines.append("body \(request.body.bytes.text)")
                    return .text(.ok, lines.joined(separator: "\n"))
                })
        ])
        try HandlerHarness.run(router, .memory) { harness in
            let reply = try harness.send(
                "BREW http://b/%61?c HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a:\t2 \r\nContent-Length: 3\r\n\r\nxyz")
            #expect(
                reply.text == """
                    BREW http://b/%61?c for b
                    Host=a
                    X-A=1
                    x-a=2
                    Content-Length=3
                    first 1, 2 in all
                    none -, 0 in all
                    past the end ''
                    body xyz
                    """)
        }
    }
}
