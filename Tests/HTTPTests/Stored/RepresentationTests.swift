import Bytes
import HTTP
import TestSupport
import Testing

/// What is stored, asked for as clients do.
@Suite struct RepresentationTests {
    /// Answers for ten digits, kept in memory and in a file.
    private static func withRouter(_ body: (Router) throws -> Void) throws {
        for storage in Storage.allCases {
            let representation = Representation(
                try storage.store(SharedBytes(ByteBuffer("0123456789"))), contentType: "image/png",
                entityTag: #""a""#, lastModified: 784_111_777)
            try body(Router([.get("/stored", head: true) { representation.response(to: $0) }]))
        }
    }

    /// All fields but those that every answer has.
    private static func fields(_ reply: Reply) -> [String: String] {
        var fields: [String: String] = [:]
        for (name, value) in reply.fields where !["date", "x-request-id"].contains(name) { fields[name] = value }
        return fields
    }

    private static let validators = ["etag": #""a""#, "last-modified": "Sun, 06 Nov 1994 08:49:37 GMT"]

    @Test(arguments: Medium.allCases)
    func `a whole representation is described by its fields`(medium: Medium) throws {
        try Self.withRouter { router in
            try HandlerHarness.run(router, medium) { harness in
                for (method, text) in [("GET", "0123456789"), ("HEAD", "")] {
                    let reply = try harness.send(
                        method, "/stored", fields: method == "HEAD" ? "range: bytes=2-4\r\n" : "")
                    #expect(reply.status == 200)
                    #expect(reply.text == text)
                    let expected = ["content-length": "10", "content-type": "image/png", "accept-ranges": "bytes"]
                    #expect(Self.fields(reply) == expected.merging(Self.validators) { $1 })
                }
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func `a partial answer names its range`(medium: Medium) throws {
        try Self.withRouter { router in
            try HandlerHarness.run(router, medium) { harness in
                for (range, text, place) in [
                    ("bytes=2-4", "234", "bytes 2-4/10"), ("bytes=8-", "89", "bytes 8-9/10"),
                    ("bytes=-1", "9", "bytes 9-9/10"), ("bytes=0-99", "0123456789", "bytes 0-9/10"),
                ] {
                    let reply = try harness.get("/stored", fields: "range: \(range)\r\n")
                    #expect(reply.status == 206)
                    #expect(reply.text == text)
                    let expected = [
                        "content-length": "\(text.count)", "content-type": "image/png", "accept-ranges": "bytes",
                        "content-range": place,
                    ]
                    #expect(Self.fields(reply) == expected.merging(Self.validators) { $1 })
                }
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func `an answer without content says why`(medium: Medium) throws {
        try Self.withRouter { router in
            try HandlerHarness.run(router, medium) { harness in
                let late = try harness.get("/stored", fields: "range: bytes=10-\r\n")
                #expect(late.status == 416)
                let expected = ["content-length": "0", "accept-ranges": "bytes", "content-range": "bytes */10"]
                #expect(Self.fields(late) == expected.merging(Self.validators) { $1 })
                let known = try harness.get("/stored", fields: "if-none-match: \"a\"\r\n")
                #expect(known.status == 304)
                #expect(Self.fields(known) == Self.validators)
                let failed = try harness.get("/stored", fields: "if-match: \"b\"\r\n")
                #expect(failed.status == 412)
                #expect(Self.fields(failed) == ["content-length": "0"])
            }
        }
    }
}
