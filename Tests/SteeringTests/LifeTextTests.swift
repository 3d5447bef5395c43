import Tasks
import Testing
import Time

@testable import Steering

@Suite struct LifeTextTests {
    /// What is written, and the form in which it is shown.
    @Test(arguments: [
        ("pending*3, ready", "pending*3, ready"),
        ("  Pending * 3 ,ready ", "pending*3, ready"),
        ("pending, ready", "default"),
        ("ready", "instant"), ("instant", "instant"), ("default", "default"),
        ("pending", "pending"),
        ("pending 4s, reasoning 250ms, generating 1m30s, ready", "pending 4s, reasoning 250ms, generating 90s, ready"),
        ("Content Moderated", #"content-moderated("Sexual Content")"#),
        ("content_moderated(Violence, \"a, b\")", #"content-moderated("Violence", "a, b")"#),
        ("request-moderated", #"request-moderated("Sexual Content")"#),
        ("error", #"error("Task failed")"#), ("Error(\"out of memory\")", #"error("out of memory")"#),
        ("error(a \\ b)", #"error("a \\ b")"#),
        ("Task not found", "lost"), ("pending*2, lost", "pending*2, lost"),
        ("http(503), ready", "http(503)*1, ready"),
        ("http(429, retry-after=2)*3, ready", "http(429, retry-after=2)*3, ready"),
        ("\"Warming Up\"*2, ready", "\"Warming Up\"*2, ready"),
        ("pending lognormal(8s,0.4), ready", "runware"),
        ("pending lognormal(7s,0.4), ready", "pending lognormal(7s,0.4), ready"),
        ("bfl-high", "bfl-high"), ("RUNWARE", "runware"),
    ])
    func `a life is read, and shown as text that reads as the same life`(text: String, shown: String) throws {
        let life = try Life(text)
        #expect(life.text == shown)
        #expect(try Life(life.text) == life)
    }

    @Test(arguments: [
        ("", 0, "a state", nil), ("pendin*3, ready", 0, "a state", "pending"),
        ("pending*3, content-moderatd", 11, "a state", "content-moderated"),
        ("pending*0, ready", 8, "a number of polls from 1 to 1000000", nil),
        ("pending*, ready", 8, "a number of polls", nil),
        ("pending 4x, ready", 8, "a duration", nil), ("pending 99999999h, ready", 8, "a duration", nil),
        ("ready*3", 7, "',' and another step", nil), ("pending 5s", 10, "',' and another step", nil),
        ("ready, pending", 0, "a state that does not end the task", nil),
        ("pending*3 ready", 10, "',' and another step", nil),
        ("error(oops", 10, "')'", nil), ("\"oops", 5, "'\"'", nil),
        ("http(99), ready", 5, "a status from 200 to 599", nil), ("http, ready", 4, "'('", nil),
        ("http(503, after=2), ready", 10, "retry-after", nil),
        ("pending lognormal(8s), ready", 20, "','", nil), ("pending lognormal(8s,9), ready", 21, "a spread", nil),
        ("pending,", 8, "a state", nil), ("ready;", 5, "',' or the end", nil),
        ("é, ready", 0, "a state", nil), ("\"é\" x, ready", 4, "',' or the end", nil),
    ])
    func `a mistake is named with its place, what was expected and the nearest word`(
        text: String, position: Int, expected: String, suggestion: String?
    ) {
        let error = #expect(throws: TextError.self) { _ = try Life(text) }
        #expect(error?.position == position, "\(error?.description ?? "")")
        #expect(error?.expected.hasPrefix(expected) ?? false, "\(error?.description ?? "")")
        #expect(error?.suggestion == suggestion)
    }

    @Test func `the length of a life is limited`() throws {
        let step = "pending*1, "
        #expect(try Life(String(repeating: step, count: 99) + "ready").steps.count == 100)
        #expect(throws: TextError.self) { _ = try Life(String(repeating: step, count: 100) + "ready") }
        #expect(throws: TextError.self) { _ = try Life("error(\(String(repeating: "x", count: 501)))") }
        #expect(throws: TextError.self) { _ = try Life("pending" + String(repeating: " ", count: 5000)) }
    }
}
