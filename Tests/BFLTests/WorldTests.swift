import Bytes
import HTTP
import TestSupport
import Testing
import Time

@testable import Tasks

/// Reset, export and load of the whole state.
@Suite struct WorldTests {
    private static let other = "x-key: other-key\r\n"

    private func service() -> TestService {
        TestService { $0.tasks.life = .standard }
    }

    /// Everything in an answer that must not differ between sessions.
    private func seen(_ reply: Reply) -> String {
        // The rate limit fields count the requests of a second, and so differ from one answer to the next. Without a server
        // around the routes, `date` is the machine's time.
        let kept = reply.fields.filter { !$0.name.hasPrefix("x-ratelimit") && $0.name != "date" }
        let fields = kept.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        let body = reply.body.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return "\(reply.status)\n\(fields)\n\(reply["content-type"] == "image/png" ? "\(body)" : reply.text)"
    }

    /// Runs a whole session and returns every answer the client receives.
    private func session(_ service: TestService) throws -> [String] {
        var seen: [String] = []
        func note(_ reply: Reply) -> Reply {
            seen.append(self.seen(reply))
            return reply
        }
        var ids: [String] = []
        for (fields, width) in [(TestService.key, 96), (Self.other, 96), (TestService.key, 112), (TestService.key, 96)]
        {
            let reply = note(
                try service.submit(width: width, height: 80, fields: fields))
            ids.append(try #require(try reply.json["id"]?.string))
        }
        _ = note(try service.submit(image: "!"))
        _ = note(try service.get("/v1/credits", fields: TestService.key))
        for id in ids {
            _ = note(try service.poll(id, fields: TestService.key))
            service.pass(.seconds(1))
            let ready = note(try service.ended(id, fields: TestService.key))
            let sample = try #require(try ready.json["result"]?["sample"]?.string, "\(ready.text)")
            _ = note(try service.get(String(sample.dropFirst("http://test".count))))
        }
        _ = note(try service.get("/v1/credits", fields: Self.other))
        service.pass(.minutes(11))
        for id in ids { _ = note(try service.poll(id)) }
        return seen
    }

    @Test func `a session after a reset receives the same bytes as the first one with the same seed`() throws {
        let service = service()
        let start = service.clock.reading()
        let first = try session(service)
        service.tasks.world.reset()
        service.clock.restore(nil, start)
        let second = try session(service)
        for (one, other) in zip(first, second) { #expect(one == other) }
        #expect(first.count == second.count && first.count == 23 && Set(first).count > 10)
        // A new service with the same seed gives the same answers.
        for (one, other) in zip(try session(self.service()), first) { #expect(one == other) }
    }

    @Test func `a reset removes all tasks, pictures and charges`() throws {
        let service = service()
        let id = try service.accepted()
        let link = try service.link()
        service.tasks.world.reset()
        #expect(try service.poll(id).status == 404 && service.get(link).status != 200)
        #expect(try service.credits() == #"{"credits":1000000.0}"#)
        let counts = service.tasks.counts
        #expect(counts.tasks == 0 && counts.pictures == 0 && counts.memoryBytes == 0 && counts.fileBytes == 0)
    }

    @Test func `a reset of one key does not change other keys`() throws {
        let service = service()
        let (mine, others) = (try service.accepted(), try service.accepted(fields: Self.other))
        let before = try service.ended(others)
        _ = try service.ended(mine)
        service.tasks.world.reset(APIKey("test-key").namespace(in: "bfl").key)
        #expect(try service.poll(mine).status == 404)
        #expect(try seen(service.poll(others)) == seen(before))
        #expect(try service.credits() == #"{"credits":1000000.0}"#)
        #expect(try service.credits(Self.other) == #"{"credits":999990.0}"#)
    }

    @Test func `a service that loads an archive answers like the one that exported it`() throws {
        let first = service()
        let (polled, ready) = (try first.accepted(width: 80), try first.accepted())
        _ = try first.poll(polled)
        _ = try first.ended(ready)
        let archive = SharedBytes(try first.tasks.world.export())
        let second = service()
        _ = try second.accepted(width: 128)
        try second.tasks.world.load(archive)
        #expect(second.clock.now() == first.clock.now())
        for service in [first, second] { service.pass(.seconds(30)) }
        for id in [polled, ready] { #expect(try seen(second.ended(id)) == seen(first.ended(id))) }
        #expect(try second.credits() == first.credits() && second.tasks.counts.tasks == 2)
        // The random sequence continues at the same point: the next id is the same.
        #expect(try second.accepted() == first.accepted())
        for service in [first, second] { service.pass(.hours(2)) }
        #expect(try second.poll(ready).status == 404)
    }

    @Test func `loading a damaged archive throws and changes nothing`() throws {
        let service = service()
        let id = try service.accepted()
        let before = try service.ended(id)
        let archive = try service.tasks.world.export()
        let bytes = archive.bytes.indices.map { archive.bytes[$0] }
        for length in [0, 7, 8, 15, 16, 40, bytes.count / 2, bytes.count - 1] {
            let cut = SharedBytes(ByteBuffer(Array(bytes.prefix(length)).span))
            #expect(throws: WorldError.self) { try service.tasks.world.load(cut) }
        }
        var version = bytes
        version[8] ^= 1
        let other = SharedBytes(ByteBuffer(version.span))
        #expect(throws: WorldError.otherVersion) { try service.tasks.world.load(other) }
        #expect(try seen(service.poll(id)) == seen(before))
    }
}
