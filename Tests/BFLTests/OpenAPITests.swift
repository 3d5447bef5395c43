import Bytes
import JSON
import TestSupport
import Testing

@testable import BFL

/// The document at `/openapi.json`.
@Suite struct OpenAPITests {
    /// The published schema of the outpainting operation.
    private static func published() throws -> JSONValue {
        try JSONDocument(parsing: ByteBuffer(File.read("contract/outpainting.openapi.json").span)).root
    }

    private static func served() throws -> JSONValue {
        try JSONDocument(parsing: OpenAPI.document(base: "http://test")).root
    }

    @Test(arguments: ["openapi", "info", "security", "tags"])
    func `the members around the operations are as published`(key: String) throws {
        let (served, published) = (try Self.served(), try Self.published())
        #expect(text(served[key.utf8.span]) == text(published[key.utf8.span]))
    }

    /// Every member of the published schema is served, with its keys in the same order.
    @Test(arguments: [["paths"], ["components", "schemas"], ["components", "securitySchemes"]])
    func `the outpainting operation is as published`(path: [String]) throws {
        let served = path.reduce(try Self.served()) { $0[$1.utf8.span]! }
        let published = path.reduce(try Self.published()) { $0[$1.utf8.span]! }
        #expect(published.count > 0)
        for member in published.members {
            #expect(text(served[member.key.bytes]) == text(member.value), "\(member.key.string!)")
        }
    }

    @Test func `the document lists the operations for results and credits`() throws {
        let paths = try Self.served()["paths"]!
        #expect(
            paths.members.map { $0.key.string! } == ["/v1/flux-tools/outpainting-v1", "/v1/get_result", "/v1/credits"])
        #expect(paths["/v1/get_result"]!["get"]!["security"] == nil)
        #expect(paths["/v1/credits"]!["get"]!["security"] != nil)
    }

    /// A reference to a missing schema would make the document invalid.
    @Test func `every reference names a schema of the document`() throws {
        let document = try Self.served()
        let schemas = document["components"]!["schemas"]!
        var references = 0
        func follow(_ value: JSONValue) {
            for element in value.elements { follow(element) }
            for member in value.members {
                if member.key.bytes.equals("$ref"), let target = member.value.string {
                    references += 1
                    let name = target.split(separator: "/").last.map(String.init) ?? ""
                    #expect(schemas[name.utf8.span] != nil, "\(target)")
                }
                follow(member.value)
            }
        }
        follow(document)
        #expect(references >= 10)
    }

    @Test func `the document is served as JSON`() throws {
        let reply = try TestService().get("/openapi.json")
        #expect(reply.status == 200)
        #expect(reply["content-type"] == "application/json")
        let document = OpenAPI.document(base: "http://test")
        #expect(reply.text == document.bytes.text)
    }

    /// A client generated from the document calls this server, not the real service.
    @Test func `the first server is the address of the request`() throws {
        func servers(_ reply: Reply) throws -> [String?]? {
            try reply.json["servers"]?.elements.map { $0["url"]?.string }
        }
        let real = try Self.published()["servers"]?.elements.map { $0["url"]?.string } ?? []
        #expect(real.count == 1)
        let service = TestService()
        #expect(try servers(service.get("/openapi.json", host: "127.0.0.1:4880")) == ["http://127.0.0.1:4880"] + real)
        let fields = "x-forwarded-proto: https\r\nx-forwarded-host: a.example\r\n"
        #expect(try servers(service.get("/openapi.json", fields: fields)) == ["https://a.example"] + real)
        // Without a host, the server's URL is relative to the document.
        #expect(try servers(service.get("/openapi.json", host: "")) == ["/"] + real)
    }

    private func text(_ value: JSONValue?) -> String? {
        guard let value else { return nil }
        var writer = JSONWriter()
        writer.echo(value)
        return writer.finish().bytes.text
    }
}
