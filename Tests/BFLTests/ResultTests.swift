import Bytes
import JSON
import Outpainting
import System
import TestSupport
import Testing
import Time

@testable import BFL
@testable import Tasks

/// Answers to polls.
@Suite struct ResultTests {
    private static let pending = #""status":"Pending","result":null,"progress":null,"details":null,"preview":null}"#

    @Test func `a task is pending at the first poll and ready at the second, which waits for the picture`() throws {
        let service = TestService { $0.tasks.life = .standard }
        service.making.hold()
        let id = try service.accepted(#","prompt":"a \"wide\" sky""#)
        #expect(service.isMaking())
        let first = try service.poll(id)
        #expect(first.status == 200 && first["content-type"] == "application/json")
        #expect(first.text == #"{"id":"\#(id)",\#(Self.pending)"#)

        service.jump(.milliseconds(1230))
        let release = TransferBox(
            try Thread("release") {
                pause(milliseconds: 20); service.making.release()
            })
        let last = try service.poll(id)
        release.take().join()
        let sample = try #require(try last.json["result"]?["sample"]?.string)
        let seed = try #require(service.task(id)).record.seed
        let result =
            #"{"sample":"\#(sample)","prompt":"a \"wide\" sky","seed":\#(seed),"start_time":1795182600.0,"#
            + #""end_time":1795182601.23,"duration":1.23}"#
        #expect(last.status == 200)
        #expect(
            last.text
                == #"{"id":"\#(id)","status":"Ready","result":\#(result),"progress":null,"details":null,"preview":null}"#
        )
        // Later polls give the same answer.
        #expect(try service.poll(id).text == last.text)
    }

    @Test func `two identical requests show the same sequence of states`() throws {
        let service = TestService { $0.tasks.life = .standard }
        let sequences = try (0..<2).map { _ in
            let id = try service.accepted()
            return try (0..<3).map { _ in try service.poll(id).json["status"]?.string }
        }
        #expect(sequences == [["Pending", "Ready", "Ready"], ["Pending", "Ready", "Ready"]])
    }

    @Test func `a task with the life ready is ready at the first poll`() throws {
        let service = TestService()
        #expect(try service.poll(service.accepted()).json["status"]?.string == "Ready")
    }

    @Test func `a poll does not find the tasks of another service`() throws {
        let service = TestService()
        let image = try service.tasks.input(ByteBuffer(PNG.bytes(64, 64).span))
        let order = Order(image, try #require(Recipe(canvas: Size(width: 64, height: 64))))
        let task = try service.tasks.submit(order, by: .other)
        #expect(try service.poll("\(task.id)").status == 404)
    }

    @Test func `times are cut to microseconds, and the duration is their difference`() throws {
        let service = TestService()
        service.pass(Interval(nanoseconds: 189_544_900))
        service.making.hold()
        let id = try service.accepted()
        #expect(service.isMaking())
        service.jump(Interval(nanoseconds: 812_625_900))
        service.making.release()
        let text = try service.ended(id).text
        #expect(
            text.contains(#""start_time":1795182600.189544,"end_time":1795182601.00217,"duration":0.812626}"#),
            "\(text)")
    }

    @Test func `a failed or moderated task shows the reason in its details`() throws {
        let service = TestService()
        func text(_ outcome: Outcome) throws -> String {
            service.making.outcome = outcome
            let reply = try service.ended(service.accepted())
            #expect(reply.status == 200)
            return String(reply.text.dropFirst(#"{"id":"00000000-0000-0000-0000-000000000000","#.count))
        }
        let (failed, moderated) = (#""result":null,"progress":null,"details":"#, #","preview":null}"#)
        #expect(
            try text(.failed(Failure(.encoding, "no \"room\"")))
                == #""status":"Error",\#(failed){"error":"no \"room\""}\#(moderated)"#)
        #expect(
            try text(.moderated(Moderation(.request, reasons: ["Sexual Content", "Violence"])))
                == #""status":"Request Moderated",\#(failed){"Moderation Reasons":["Sexual Content","Violence"]}\#(moderated)"#
        )
        #expect(
            try text(.moderated(Moderation(.content, reasons: ["Derivative Works Filter"])))
                == #""status":"Content Moderated",\#(failed){"Moderation Reasons":["Derivative Works Filter"]}\#(moderated)"#
        )
    }

    /// The header is valid; only decoding the whole file finds the corruption.
    @Test func `a task with a corrupt image ends with the status Error`() throws {
        let service = TestService { $0.usesEngine = true }
        let reply = try service.ended(service.accepted())
        #expect(try reply.json["status"]?.string == "Error")
        #expect(
            try reply.json["details"]?["error"]?.string
                == "PNG: the file is corrupt: chunk IHDR does not match its checksum", "\(reply.text)")
    }

    @Test(arguments: [true, false]) func `missingIsNotFound sets an unknown task's status`(isNotFound: Bool) throws {
        let service = TestService { $0.bfl.missingIsNotFound = isNotFound }
        for id in ["", "a", "00000000-0000-4000-8000-000000000000", "%22%C3%A9%0A%ff"] {
            let reply = try service.poll(id)
            #expect(reply.status == (isNotFound ? 404 : 200))
            let shown = id == "%22%C3%A9%0A%ff" ? #"\"é\n\#u{fffd}"# : id
            #expect(
                reply.text
                    == #"{"id":"\#(shown)","status":"Task not found","result":null,"progress":null,"details":null,"preview":null}"#
            )
        }
    }

    @Test func `the last id in the query counts, percent-decoded`() throws {
        let reply = try TestService().get("/v1/get_result?id=a&%69d=b+c%21%zz&x=y")
        #expect(try reply.json["id"]?.string == "b c!%zz")
    }

    @Test func `an id may be in upper case`() throws {
        let service = TestService()
        let id = try service.accepted()
        #expect(try service.ended(id.uppercased()).json["id"]?.string == id)
    }

    @Test func `a poll without an id answers 422`() throws {
        let reply = try TestService().get("/v1/get_result?ID=a")
        #expect(reply.status == 422)
        #expect(
            reply.text == #"{"detail":[{"type":"missing","loc":["query","id"],"msg":"Field required","input":null}]}"#)
        #expect(reply["x-ratelimit-limit"] == nil)
    }

    @Test func `a task is forgotten after taskRetention`() throws {
        let service = TestService { $0.tasks.taskRetention = .seconds(3600) }
        let id = try service.accepted()
        _ = try service.ended(id)
        service.pass(.seconds(3599))
        #expect(try service.poll(id).status == 200)
        service.pass(.seconds(1))
        #expect(try service.poll(id).status == 404)
    }

    // MARK: - Prompts

    @Test(arguments: [
        ("", ""), (#","prompt":null"#, ""), (#","prompt":"abc""#, "abc"), (#","prompt":"abcde""#, "abcd"),
        (#","prompt":"aé€""#, "aé"), (#","prompt":"\ud800""#, "\u{fffd}"),
    ])
    func `the prompt is returned up to promptLimit bytes`(more: String, shown: String) throws {
        let service = TestService { $0.bfl.promptLimit = 4 }
        #expect(try service.ended(service.accepted(more)).json["result"]?["prompt"]?.string == shown)
    }

    // MARK: - Rate limits

    private static func rate(_ reply: Reply) -> [String?] {
        ["limit", "remaining", "reset"].map { reply["x-ratelimit-\($0)"] } + [reply["retry-after"]]
    }

    @Test func `polls are counted for each key and second`() throws {
        let service = TestService()
        service.pass(.milliseconds(300))
        func poll(_ key: String?) throws -> [String?] {
            Self.rate(try service.poll("a", fields: key.map { "x-key: \($0)\r\n" } ?? ""))
        }
        #expect(try poll("a") == ["1200", "1199", "1795182602.0", "0"])
        #expect(try poll("a") == ["1200", "1198", "1795182602.0", "0"])
        #expect(try poll("b") == ["1200", "1199", "1795182602.0", "0"])
        #expect(try poll(nil) == ["1200", "1199", "1795182602.0", "0"])
        service.pass(.milliseconds(699))
        #expect(try poll("a") == ["1200", "1197", "1795182602.0", "0"])
        service.pass(.milliseconds(1))
        #expect(try poll("a") == ["1200", "1199", "1795182603.0", "0"])
    }

    @Test func `polls above the rate limit answer 200 with retry-after 1`() throws {
        let service = TestService { $0.bfl.ratePerSecond = 2 }
        let id = try service.accepted()
        _ = try service.ended(id)
        service.pass(.seconds(1))
        let remaining = try (0..<4).map { _ in
            let reply = try service.poll(id)
            #expect(reply.status == 200)
            return Self.rate(reply)
        }
        #expect(remaining.map { $0[1] } == ["1", "0", "0", "0"])
        #expect(remaining.map { $0[3] } == ["0", "1", "1", "1"])
    }

    /// The window has a fixed size. It counts most keys separately while there are few of them.
    @Test func `a rate window counts most of 1000 keys separately and starts anew each second`() {
        let window = RateWindow(limit: 5)
        let alone = (0..<1000).count { window.count("key \($0)".utf8.span, at: Instant(nanoseconds: 0)).remaining == 4 }
        #expect(alone > 800)
        for number in 0..<100_000 { _ = window.count("key \(number)".utf8.span, at: Instant(nanoseconds: 0)) }
        #expect(window.count("key 1".utf8.span, at: Instant(nanoseconds: 999_999_999)).remaining == 0)
        #expect(window.count("key 1".utf8.span, at: Instant(secondsSince1970: 1)).remaining == 4)
    }
}
