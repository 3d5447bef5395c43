import Bytes
import Glibc
import HTTP
import Net
import TestSupport
import Testing

@testable import BFL

/// The page at `/docs`.
@Suite struct ReferencePageTests {
    private static let page = ReferencePage.html(base: "http://127.0.0.1:4880").bytes.text

    @Test func itNeedsNothingFromElsewhere() {
        for part in ["src=", "href=", "@import", "url(", "<script", "<link", "<iframe"] {
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

    @Test func itIsServedWithTheAddressItWasAskedAt() throws {
        try HandlerHarness.run(Emulated.router(), .memory) { harness in
            let reply = try harness.get("/docs")
            #expect(reply.status == 200)
            #expect(reply["content-type"] == "text/html; charset=utf-8")
            #expect(reply.text.contains("base='http://test'"))
        }
    }

    /// What the page shows is run as it stands, against a server whose tasks are ready at the second look.
    @Test(arguments: [("curl", "sh"), ("python", "python3")])
    func itsExamplesRun(id: String, program: String) throws {
        try withServer(Self.servingATask()) { server in
            let base = "http://127.0.0.1:\(server.address.port)"
            let page = ReferencePage.html(base: base).bytes.text
            try withTemporaryFolder { folder in
                try write(Self.example(id, in: page), to: "\(folder)/example")
                try write("an image", to: "\(folder)/input.png")
                let printed = run("cd '\(folder)' && no_proxy='*' \(program) ./example 2>&1")
                #expect(printed == "result.png\n")
                #expect(readFile("\(folder)/result.png") == "outpainted YW4gaW1hZ2U= on 1024 by 1024")
            }
        }
    }

    /// A service that keeps one task, and no image but what was sent.
    private static func servingATask() -> Router {
        let task = Task()
        let service = Service(
            accept: { request, caller in
                task.start("outpainted \(request.inputImage.string ?? "") on \(request.width) by \(request.height)")
                return Accepted(id: "a", next: .poll(url: caller.base + "/v1/get_result?id=a"))
            },
            result: { _, request, _ in
                let sample = request.origin(trustingForwarded: false) + "/sample"
                return task.isReady()
                    ? .json(.ok, ByteBuffer(#"{"id":"a","status":"Ready","result":{"sample":"\#(sample)"}}"#))
                    : .json(.ok, ByteBuffer(#"{"id":"a","status":"Pending","result":null}"#))
            },
            credits: { _ in .json(.ok, ByteBuffer("{}")) })
        return Router(service.routes + [.get("/sample") { _ in .text(.ok, task.result) }], fallback: service.fallback)
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

    private func write(_ text: String, to path: String) throws {
        guard let file = unsafe fopen(path, "w") else { throw RawClient.Failure(call: "fopen", number: errno) }
        unsafe fputs(text, file)
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

/// A task that is pending when it is first asked for.
private final class Task: Sendable {
    private let state = Locked((result: "", polls: 0))

    var result: String { state.withLock { $0.result } }

    func start(_ result: String) { state.withLock { $0 = (result, 0) } }

    func isReady() -> Bool {
        state.withLock { state in
            state.polls += 1
            return state.polls > 1
        }
    }
}
