import HTTP
import TestSupport
import Testing

@testable import App

@Suite struct FailureLogTests {
    /// Sends requests to a server that logs failures; returns the log lines without times and request IDs.
    private func lines(_ requests: [String]) throws -> [String] {
        let sink = Captured()
        let router = Router([
            .get("/v1/get_result") { request in
                request.note { $0.error = "Task not found" }
                return .text(.notFound, "")
            },
            .get("/v1/credits") { _ in .text(.ok, "") },
            Route([.get], "/v1/later", .later { _, responder in responder.respond(.text(Status(503), "")) }),
            Route([.get], "/_emulator/health", .now { _ in .text(Status(500), "") }).of(kind: .control),
        ])
        let log = FailureLog(Log(level: .info, sink: sink), paths: router.patterns)
        try withServer(router, layers: [log]) { server in
            let client = try server.connect()
            for request in requests {
                try client.send("\(request) HTTP/1.1\r\nhost: test\r\n\r\n")
                _ = try client.receiveReply()
            }
        }
        return sink.text.split(separator: "\n").map { line in
            line.split(separator: " ").dropFirst().filter { !$0.hasPrefix("id=") }.joined(separator: " ")
        }
    }

    @Test func `each failed request is one line with its error code`() throws {
        #expect(
            try lines(["GET /v1/get_result?id=1&sig=s3cret", "GET /v1/credits", "GET /v1/later"])
                == [
                    #"info request failed method=GET path="/v1/get_result?id=1&sig=***" status=404 error="Task not found""#,
                    "info request failed method=GET path=/v1/later status=503",
                ].map { $0.replacing("\"/v1/get_result?id=1&sig=***\"", with: "/v1/get_result?id=1&sig=***") })
    }

    @Test func `a path that is not known is told with the nearest one`() throws {
        #expect(
            try lines(["GET /v1/credit?x=1", "GET /nothing/like/it", "POST /v1/credits"]) == [
                "info request failed method=GET path=/v1/credit?x=1 status=404 nearest=/v1/credits",
                "info request failed method=GET path=/nothing/like/it status=404",
                "info request failed method=POST path=/v1/credits status=405",
            ])
    }

    @Test func `the emulator's own paths are not logged`() throws {
        #expect(try lines(["GET /_emulator/health", "GET /_emulator/none"]) == [])
    }
}
