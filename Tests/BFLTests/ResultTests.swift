import JSON
import TestSupport
import Testing

@testable import BFL
@testable import Tasks

/// What polls are told.
@Suite struct ResultTests {
    private static let pending = #""status":"Pending","result":null,"progress":null,"details":null,"preview":null}"#

    @Test func aTaskIsPendingAndThenReady() throws {
        let bench = Bench()
        bench.making.hold()
        let id = try bench.accepted(#","prompt":"a \"wide\" sky""#)
        #expect(bench.isRunning(id))
        let first = try bench.poll(id)
        #expect(first.status == 200 && first["content-type"] == "application/json")
        #expect(first.text == #"{"id":"\#(id)",\#(Self.pending)"#)

        bench.time.pass(milliseconds: 1230)
        bench.making.release()
        let last = try bench.ended(id)
        let sample = try #require(try last.json["result"]?["sample"]?.string)
        let seed = try #require(bench.task(id)).record.seed
        let result =
            #"{"sample":"\#(sample)","prompt":"a \"wide\" sky","seed":\#(seed),"start_time":1795182600.0,"#
            + #""end_time":1795182601.23,"duration":1.23}"#
        #expect(last.status == 200)
        #expect(
            last.text
                == #"{"id":"\#(id)","status":"Ready","result":\#(result),"progress":null,"details":null,"preview":null}"#
        )
        // And stays so.
        #expect(try bench.poll(id).text == last.text)
    }

    @Test func timesGoToTheMicrosecondAndAgree() throws {
        let bench = Bench()
        bench.time.pass(nanoseconds: 189_544_900)
        bench.making.hold()
        let id = try bench.accepted()
        #expect(bench.isRunning(id))
        bench.time.pass(nanoseconds: 812_625_900)
        bench.making.release()
        let text = try bench.ended(id).text
        #expect(
            text.contains(#""start_time":1795182600.189544,"end_time":1795182601.00217,"duration":0.812626}"#),
            "\(text)")
    }

    @Test func whatWasNotMadeSaysWhy() throws {
        let bench = Bench()
        func text(_ outcome: Outcome) throws -> String {
            bench.making.outcome = outcome
            let reply = try bench.ended(bench.accepted())
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

    /// What only the whole file shows.
    @Test func aFileThatIsBrokenIsAnError() throws {
        let bench = Bench { $0.usesEngine = true }
        let reply = try bench.ended(bench.accepted())
        #expect(try reply.json["status"]?.string == "Error")
        #expect(
            try reply.json["details"]?["error"]?.string
                == "PNG: the file is corrupt: chunk IHDR does not match its checksum", "\(reply.text)")
    }

    @Test(arguments: [true, false]) func aTaskThatIsNotThereIsNotFound(isNotFound: Bool) throws {
        let bench = Bench { $0.bfl.missingIsNotFound = isNotFound }
        for id in ["", "a", "00000000-0000-4000-8000-000000000000", "%22%C3%A9%0A%ff"] {
            let reply = try bench.poll(id)
            #expect(reply.status == (isNotFound ? 404 : 200))
            let shown = id == "%22%C3%A9%0A%ff" ? #"\"é\n\#u{fffd}"# : id
            #expect(
                reply.text
                    == #"{"id":"\#(shown)","status":"Task not found","result":null,"progress":null,"details":null,"preview":null}"#
            )
        }
    }

    @Test func theLastIdCountsDecoded() throws {
        let reply = try Bench().get("/v1/get_result?id=a&%69d=b+c%21%zz&x=y")
        #expect(try reply.json["id"]?.string == "b c!%zz")
    }

    @Test func anIdMayBeInUpperCase() throws {
        let bench = Bench()
        let id = try bench.accepted()
        #expect(try bench.ended(id.uppercased()).json["id"]?.string == id)
    }

    @Test func anIdIsNeeded() throws {
        let reply = try Bench().get("/v1/get_result?ID=a")
        #expect(reply.status == 422)
        #expect(
            reply.text == #"{"detail":[{"type":"missing","loc":["query","id"],"msg":"Field required","input":null}]}"#)
        #expect(reply["x-ratelimit-limit"] == nil)
    }

    @Test func aTaskIsForgottenAfterItsTime() throws {
        let bench = Bench { $0.tasks.taskRetention = .seconds(3600) }
        let id = try bench.accepted()
        _ = try bench.ended(id)
        bench.time.pass(seconds: 3599)
        #expect(try bench.poll(id).status == 200)
        bench.time.pass(seconds: 1)
        #expect(try bench.poll(id).status == 404)
    }

    // MARK: - Progress

    @Test(arguments: [
        (0, "null"), (0.0999, "null"), (0.1, "0.1"), (0.19, "0.1"), (0.3, "0.3"), (0.7, "0.7"), (0.99, "0.9"),
        (1, "1.0"),
    ])
    func progressGoesInTenths(share: Double, shown: String) throws {
        let bench = Bench()
        bench.making.hold()
        bench.making.progress = share
        let id = try bench.accepted()
        #expect(
            eventually { if case .running(share, _) = bench.task(id)?.state { true } else { false } })
        #expect(
            try bench.poll(id).text
                == #"{"id":"\#(id)","status":"Pending","result":null,"progress":\#(shown),"details":null,"preview":null}"#
        )
    }

    @Test func progressIsToldOnlyIfThatIsWanted() throws {
        let bench = Bench { $0.bfl.tellsProgress = false }
        bench.making.hold()
        bench.making.progress = 0.5
        let id = try bench.accepted()
        #expect(eventually { if case .running(0.5, _) = bench.task(id)?.state { true } else { false } })
        #expect(try bench.poll(id).text == #"{"id":"\#(id)",\#(Self.pending)"#)
    }

    // MARK: - Prompts

    @Test(arguments: [
        ("", ""), (#","prompt":null"#, ""), (#","prompt":"abc""#, "abc"), (#","prompt":"abcde""#, "abcd"),
        (#","prompt":"aé€""#, "aé"), (#","prompt":"\ud800""#, "\u{fffd}"),
    ])
    func thePromptComesBackUpToItsLimit(more: String, shown: String) throws {
        let bench = Bench { $0.bfl.promptLimit = 4 }
        #expect(try bench.ended(bench.accepted(more)).json["result"]?["prompt"]?.string == shown)
    }

    // MARK: - Rates

    private static func rate(_ reply: Reply) -> [String?] {
        ["limit", "remaining", "reset"].map { reply["x-ratelimit-\($0)"] } + [reply["retry-after"]]
    }

    @Test func pollsAreCountedForEachKeyAndSecond() throws {
        let bench = Bench()
        bench.time.pass(milliseconds: 300)
        func poll(_ key: String?) throws -> [String?] {
            Self.rate(try bench.poll("a", fields: key.map { "x-key: \($0)\r\n" } ?? ""))
        }
        #expect(try poll("a") == ["1200", "1199", "1795182602.0", "0"])
        #expect(try poll("a") == ["1200", "1198", "1795182602.0", "0"])
        #expect(try poll("b") == ["1200", "1199", "1795182602.0", "0"])
        #expect(try poll(nil) == ["1200", "1199", "1795182602.0", "0"])
        bench.time.pass(milliseconds: 699)
        #expect(try poll("a") == ["1200", "1197", "1795182602.0", "0"])
        bench.time.pass(milliseconds: 1)
        #expect(try poll("a") == ["1200", "1199", "1795182603.0", "0"])
    }

    @Test func nobodyIsRefusedForPollingOften() throws {
        let bench = Bench { $0.bfl.ratePerSecond = 2 }
        let id = try bench.accepted()
        _ = try bench.ended(id)
        bench.time.pass(seconds: 1)
        let remaining = try (0..<4).map { _ in
            let reply = try bench.poll(id)
            #expect(reply.status == 200)
            return Self.rate(reply)
        }
        #expect(remaining.map { $0[1] } == ["1", "0", "0", "0"])
        #expect(remaining.map { $0[3] } == ["0", "1", "1", "1"])
    }

    /// However many keys there are: what it holds does not grow, and nearly all are told apart.
    @Test func keysAreToldApartAsFarAsItHasRoom() {
        let window = RateWindow(limit: 5)
        let alone = (0..<1000).count { window.count("key \($0)".utf8.span, at: 0).remaining == 4 }
        #expect(alone > 800)
        for number in 0..<100_000 { _ = window.count("key \(number)".utf8.span, at: 0) }
        #expect(window.count("key 1".utf8.span, at: 999_999_999).remaining == 0)
        #expect(window.count("key 1".utf8.span, at: .seconds(1)).remaining == 4)
    }
}
