import Bytes
import HTTP
import JSON
import TestSupport
import Testing

@testable import BFL

/// Every recorded request is answered as the reference implementation answered it: status, fields and bytes.
@Suite struct RecordedCaseTests {
    @Test func `the fixture holds 1450 recorded cases`() throws {
        #expect(try RecordedCase.all().count == 1450)
    }

    @Test func `the router answers every case as recorded`() throws {
        let service = TestService()
        for recorded in try RecordedCase.all() {
            let answer = try service.router.answer(recorded.request.span)
            let bytes = (0..<answer.count).map { answer.bytes[$0] }
            expect(Reply.all(in: bytes, isHead: recorded.isHead)?.first, to: recorded)
        }
    }

    @Test func `a server answers every case as recorded`() throws {
        let service = TestService()
        defer { withExtendedLifetime(service) {} }
        try withServer(service.router) { server in
            for recorded in try RecordedCase.all() {
                let client = try server.connect()
                try client.send(recorded.request)
                var reply = try client.receiveReply(isHead: recorded.isHead)
                if reply.status == 100 { reply = try client.receiveReply(isHead: recorded.isHead) }
                expect(reply, to: recorded)
            }
        }
    }

    private func expect(_ reply: Reply?, to recorded: RecordedCase) {
        guard let reply else {
            Issue.record("\(recorded.name): no answer")
            return
        }
        switch recorded.outcome {
        case .refused:
            let same = reply.status == recorded.status && reply.body == recorded.body
            #expect(same, "\(recorded.name): \(reply.status) \(reply.text.prefix(300))")
            for name in ["content-type", "allow", "location", "www-authenticate"] {
                #expect(reply[name] == recorded.fields[name], "\(recorded.name)")
            }
        case .schemaValid:
            // The recorded images are not valid, and the polled tasks do not exist.
            let isBeyondTheSchema =
                switch reply.status {
                case 200: true
                case 404: reply.text.contains(#""status":"Task not found""#)
                case 422: reply.text.hasPrefix(#"{"detail":[{"type":"value_error","loc":["body","input_image"]"#)
                default: false
                }
            #expect(isBeyondTheSchema, "\(recorded.name): \(reply.status) \(reply.text.prefix(300))")
        case .serverError:
            // The reference failed to serialize its answer; this service answers a valid 422.
            #expect(reply.status == 422, "\(recorded.name): \(reply.text.prefix(300))")
            let details = try? JSONDocument(parsing: ByteBuffer(reply.body.span)).root["detail"]
            #expect(details.map(\.count) != 0, "\(recorded.name)")
        }
    }
}
