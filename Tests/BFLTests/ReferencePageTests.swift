import Bytes
import Glibc
import HTTP
import TestSupport
import Testing

@testable import BFL

/// The page at `/docs`.
@Suite struct ReferencePageTests {
    private static let page = ReferencePage.html(base: "http://127.0.0.1:4880").bytes.text

    @Test func itNeedsNothingFromElsewhere() {
        for part in ["src=", "href=\"h", "href=\"//", "@import", "url(", "<script", "<link", "<iframe"] {
            #expect(!Self.page.contains(part), "\(part)")
        }
    }

    @Test func itTellsOfEveryFieldAndPath() {
        for operation in Contract.operations { #expect(Self.page.contains("\(operation.path.text)</h2>")) }
        for object in Contract.objects where object.name != "HTTPValidationError" && object.name != "ValidationError" {
            for member in object.members {
                #expect(Self.page.contains("<code>\(member.name)</code>"), "\(member.name)")
            }
        }
    }

    @Test(arguments: [400, 402, 403, 413, 429, 503]) func itTellsOfEveryRefusal(status: Int) {
        #expect(Self.page.contains("<tr><td>\(status)</td><td><code>{&quot;detail&quot;:"))
    }

    @Test func itIsServedWithTheAddressItWasAskedAt() throws {
        let reply = try Bench().get("/docs")
        #expect(reply.status == 200)
        #expect(reply["content-type"] == "text/html; charset=utf-8")
        #expect(reply.text.contains("base='http://test'"))
    }

    /// What the page shows is run as it stands, against a server whose tasks are ready at the second look.
    @Test(arguments: [("curl", "sh"), ("python", "python3")])
    func itsExamplesRun(id: String, program: String) throws {
        let bench = Bench()
        bench.making.hold()
        let observer: @Sendable (Exchange) -> Void = { exchange in
            if exchange.target.contains("get_result") { bench.making.release() }
        }
        try withServer(bench.router, observer: observer) { server in
            let base = "http://127.0.0.1:\(server.address.port)"
            let page = ReferencePage.html(base: base).bytes.text
            try withTemporaryFolder { folder in
                let image = PNG.bytes(64, 64)
                try write(Array(Self.example(id, in: page).utf8), to: "\(folder)/example")
                try write(image, to: "\(folder)/input.png")
                let printed = run("cd '\(folder)' && no_proxy='*' \(program) ./example 2>&1")
                #expect(printed == "result.png\n")
                let expected = String(decoding: image + Array(" on 1024x1024".utf8), as: UTF8.self)
                #expect(readFile("\(folder)/result.png") == expected)
            }
        }
    }

    /// The text of an example, out of the page.
    private static func example(_ id: String, in page: String) -> String {
        let start = "<pre id=\"\(id)\">"
        guard let from = page.firstRange(of: start)?.upperBound, let to = page[from...].firstRange(of: "</pre>")
        else { return "" }
        var text = String(page[from..<to.lowerBound])
        for (escaped, plain) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
            text.replace(escaped, with: plain)
        }
        return text
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = unsafe fopen(path, "w") else { throw RawClient.Failure(call: "fopen", number: errno) }
        _ = unsafe fwrite(bytes, 1, bytes.count, file)
        unsafe fclose(file)
    }

    /// What a command line prints.
    private func run(_ command: String) -> String {
        guard let pipe = unsafe popen(command, "r") else { return "" }
        defer { unsafe pclose(pipe) }
        var printed = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe fread(&printed, 1, printed.count, pipe)
        return String(decoding: printed.prefix(count), as: UTF8.self)
    }
}
