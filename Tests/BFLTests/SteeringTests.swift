import Bytes
import HTTP
import Steering
import TestSupport
import Testing
import Time

@testable import Tasks

/// Steering of BFL's service, without a socket.
@Suite struct SteeringTests {
    /// A PNG's header with a text chunk.
    private func picture(_ text: String) -> String {
        func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: content.count >> $0) } + Array(name.utf8) + content + [
                0, 0, 0, 0,
            ]
        }
        var bytes = PNG.bytes(64, 64)
        bytes += chunk("tEXt", Array("emulator\0\(text)".utf8))
        return PNG.base64(bytes)
    }

    /// The status that the first poll sees.
    private func firstStatus(_ service: TestService, _ reply: Reply) throws -> String? {
        let id = try #require(try reply.json["id"]?.string, "\(reply.text)")
        return try service.poll(id).json["status"]?.string
    }

    private func rule(_ text: String) throws -> Rule { try #require(try SteeringText(text).rules.first) }

    /// Each source is stronger than those behind it.
    @Test func `of several lives the first decides, from the rule to the server`() throws {
        let service = TestService { $0.tasks.life = (try? Life("\"server\"*1, ready")) ?? .ready }
        func life(_ name: String) -> String { "life=\"\(name)\"*1, ready" }
        func status(header: Bool, prompt: Bool, picture: Bool, key: Bool) throws -> String? {
            let keyText = key ? ";\(life("key"))" : ""
            let fields = "x-key: test-key\(keyText)\r\n" + (header ? "x-emulator: \(life("header"))\r\n" : "")
            let prompt = prompt ? #","prompt":"a [[life=\"prompt\"*1, ready]]""# : ""
            let image = picture ? self.picture(life("picture")) : PNG.base64(64, 64)
            return try firstStatus(service, service.submit(prompt, image: image, fields: fields))
        }
        #expect(try status(header: false, prompt: false, picture: false, key: false) == "server")
        #expect(try status(header: false, prompt: false, picture: false, key: true) == "key")
        #expect(try status(header: false, prompt: false, picture: true, key: true) == "picture")
        #expect(try status(header: false, prompt: true, picture: true, key: true) == "prompt")
        #expect(try status(header: true, prompt: true, picture: true, key: true) == "header")
        var rule = Rule(on: .submit)
        rule.life = try Life("\"rule\"*1, ready")
        _ = service.steering.add([rule])
        #expect(try status(header: true, prompt: true, picture: true, key: true) == "rule")
    }

    @Test func `an answer says what was applied, if that is wanted`() throws {
        let service = TestService()
        let fields = "x-key: test-key;submit=429 retry-after=2\r\nx-emulator: life=pending*2, ready\r\n"
        let reply = try service.submit(fields: fields)
        #expect(reply.status == 429 && reply["retry-after"] == "2")
        #expect(reply["x-emulator-applied"] == "life=pending*2, ready (header), submit=429 (key)")
        let silent = TestService { $0.showsApplied = false }
        #expect(try silent.submit(fields: fields)["x-emulator-applied"] == nil)
    }

    @Test func `moderated tasks and answers by rule are not charged`() throws {
        let service = TestService()
        let moderated = try service.submit(fields: "x-key: test-key;life=content-moderated(Violence)\r\n")
        let id = try #require(try moderated.json["id"]?.string)
        let seen = try service.poll(id)
        #expect(seen.text.contains(#""details":{"Moderation Reasons":["Violence"]}"#))
        #expect(try service.submit(fields: "x-key: test-key;submit=503\r\n").status == 503)
        #expect(try service.credits() == #"{"credits":1000000.0}"#)
    }

    @Test(arguments: [
        ("x-emulator: life=redy\r\n", "", #"["header","x-emulator"]"#, "at character 5"),
        ("", ";submit=9", #"["header","x-key"]"#, "at character 16"),
        ("x-emulator: poll=503\r\n", "", #"["header","x-emulator"]"#, "only these can be said here"),
    ])
    func `a text that cannot be read is refused with its place`(
        field: String, key: String, place: String, message: String
    ) throws {
        let service = TestService()
        let reply = try service.submit(fields: "x-key: test-key\(key)\r\n\(field)")
        #expect(reply.status == 422 && reply.text.contains(place) && reply.text.contains(message), "\(reply.text)")
        #expect(service.tasks.counts.tasks == 0)
    }

    @Test func `mistakes in prompt and picture are refused too`() throws {
        let service = TestService()
        let prompt = try service.submit(#","prompt":"é [[lfe=ready]]""#)
        #expect(prompt.status == 422 && prompt.text.contains(#"["body","prompt"]"#))
        #expect(prompt.text.contains("at character 4") && prompt.text.contains("did you mean 'life'?"))
        let image = try service.submit(image: picture("life="))
        #expect(image.status == 422 && image.text.contains(#"["body","input_image"]"#))
        #expect(service.tasks.counts.tasks == 0 && service.tasks.counts.memoryBytes == 0)
    }

    @Test func `polls, credits and downloads are steered by rules, also without a key in the request`() throws {
        let service = TestService()
        let id = try service.accepted(fields: TestService.key)
        let link = try service.link(fields: TestService.key)
        var poll = try rule("poll=503 retry-after=4 times=1")
        poll.key = APIKey("test-key").id
        _ = service.steering.add([poll, try rule("credits=402 times=1"), try rule("download=404 times=1")])
        let refused = try service.poll(id)
        #expect(
            refused.status == 503 && refused["retry-after"] == "4"
                && refused.text == #"{"detail":"Service Unavailable"}"#)
        #expect(try service.poll(id).status == 200)
        #expect(try service.get("/v1/credits", fields: TestService.key).text == #"{"detail":"Insufficient credits"}"#)
        #expect(try service.get(link).text.contains("<Code>BlobNotFound</Code>"))
        #expect(try service.get(link).status == 200)
    }

    @Test func `a reset of a key brings back the rules that it had from the start`() throws {
        let service = TestService()
        let key = APIKey("test-key").id
        var (own, others) = (try rule("poll=503"), try rule("poll=503"))
        (own.key, others.key) = (key, APIKey("another").id)
        service.steering.begin(with: [own, others])
        _ = service.steering.replace(key, with: [])
        service.steering.reset(key)
        #expect(service.steering.rules.map(\.rule) == [others, own])
    }

    @Test func `a key with a text has the tasks and the credits of the plain key`() throws {
        let service = TestService()
        _ = try service.ended(try service.accepted(fields: "x-key: test-key;life=ready\r\n"))
        #expect(try service.credits() == #"{"credits":999990.0}"#)
        let strict = TestService { $0.bfl.keys = [APIKey("test-key")] }
        #expect(try strict.submit(fields: "x-key: test-key;life=ready\r\n").status == 200)
        #expect(try strict.submit(fields: "x-key: other;life=ready\r\n").status == 403)
    }

    @Test func `nothing about an unsteered exchange changes`() throws {
        let (plain, watched) = (TestService(), TestService())
        var rule = try rule("poll=503")
        rule.key = APIKey("another").id
        _ = watched.steering.add([rule])
        for service in [plain, watched] { #expect(try service.submit().status == 200) }
        let ids = try [plain, watched].map { try $0.accepted(width: 80) }
        #expect(ids[0] == ids[1])
        let replies = try zip([plain, watched], ids).map { try $0.ended($1) }
        #expect(
            replies[0].fields.map { "\($0)" } == replies[1].fields.map { "\($0)" } && replies[0].body == replies[1].body
        )
    }
}
