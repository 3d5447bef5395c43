import Bytes
import JSON
import TestSupport
import Testing

@testable import BFL

/// What `/openapi.json` says.
@Suite struct OpenAPITests {
    /// The fragment that is published for the outpainting operation.
    private static func published() throws -> JSONValue {
        try JSONDocument(parsing: ByteBuffer(File.read("contract/outpainting.openapi.json").span)).root
    }

    private static func served() throws -> JSONValue {
        try JSONDocument(parsing: OpenAPI.document(base: "http://test")).root
    }

    @Test(arguments: ["openapi", "info", "security", "tags"])
    func whatStandsAroundTheOperationsIsAsPublished(key: String) throws {
        let (served, published) = (try Self.served(), try Self.published())
        #expect(text(served[key.utf8.span]) == text(published[key.utf8.span]))
    }

    /// Everything the fragment holds, in the same order of keys even.
    @Test(arguments: [["paths"], ["components", "schemas"], ["components", "securitySchemes"]])
    func theOutpaintingOperationIsAsPublished(path: [String]) throws {
        let served = path.reduce(try Self.served()) { $0[$1.utf8.span]! }
        let published = path.reduce(try Self.published()) { $0[$1.utf8.span]! }
        #expect(published.count > 0)
        for member in published.members {
            #expect(text(served[member.key.bytes]) == text(member.value), "\(member.key.string!)")
        }
    }

    @Test func theOtherOperationsAreThere() throws {
        let paths = try Self.served()["paths"]!
        #expect(
            paths.members.map { $0.key.string! } == ["/v1/flux-tools/outpainting-v1", "/v1/get_result", "/v1/credits"])
        #expect(paths["/v1/get_result"]!["get"]!["security"] == nil)
        #expect(paths["/v1/credits"]!["get"]!["security"] != nil)
    }

    /// A name without a description would leave readers of the document with nothing.
    @Test func everyReferenceLeadsSomewhere() throws {
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

    @Test func itIsServed() throws {
        let reply = try Bench().get("/openapi.json")
        #expect(reply.status == 200)
        #expect(reply["content-type"] == "application/json")
        let document = OpenAPI.document(base: "http://test")
        #expect(reply.text == document.bytes.text)
    }

    /// Whoever makes a client from it does not end up with the real service.
    @Test func itsFirstServerIsTheOneThatWasAsked() throws {
        func servers(_ reply: Reply) throws -> [String?]? {
            try reply.json["servers"]?.elements.map { $0["url"]?.string }
        }
        let real = try Self.published()["servers"]?.elements.map { $0["url"]?.string } ?? []
        #expect(real.count == 1)
        let bench = Bench()
        #expect(try servers(bench.get("/openapi.json", host: "127.0.0.1:4880")) == ["http://127.0.0.1:4880"] + real)
        let fields = "x-forwarded-proto: https\r\nx-forwarded-host: a.example\r\n"
        #expect(try servers(bench.get("/openapi.json", fields: fields)) == ["https://a.example"] + real)
        // Without a host it is wherever the document is.
        #expect(try servers(bench.get("/openapi.json", host: "")) == ["/"] + real)
    }

    private func text(_ value: JSONValue?) -> String? {
        guard let value else { return nil }
        var writer = JSONWriter()
        writer.echo(value)
        return writer.finish().bytes.text
    }
}
