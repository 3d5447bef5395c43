import BFL
import Bytes
import Control
import HTTP
import JSON
import Outbound
import Steering
import System
import Tasks
import TestSupport
import Testing

@testable import Time

/// A service of BFL with its control plane. The clock is frozen at 2026-11-20T13:50:00Z.
struct ControlledService {
    let tasks: TaskService
    let harness: HandlerHarness

    static func run(token: String? = nil, _ body: (ControlledService) throws -> Void) throws {
        var settings = Tasks.Settings()
        settings.workers = 1
        settings.seed = 1
        var foundations = TaskService.Foundations()
        foundations.clock = Clock(at: Instant(secondsSince1970: 1_795_182_600), frozen: true)
        let tasks = TaskService(settings, on: foundations)
        let threads = ["submit", "control", "clock"].map { ThreadPool($0, threads: 1) }
        let fetches = OutboundPool<Namespace>("fetch")
        let steering = Steering(tasks.agenda, tasks.randomness)
        tasks.world.add(steering)
        var bflSettings = BFL.Settings()
        bflSettings.fill = "edge"
        defer {
            for pool in threads { pool.stop() }
            fetches.stop()
            tasks.stop()
        }
        let service = BFL.Service(
            bflSettings, tasks: tasks, threads: threads[0], fetches: fetches, steering: steering)
        let plane = ControlPlane(tasks, steering, threads: threads[1], patientThreads: threads[2], token: token)
        let router = Router(service.routes + plane.routes, fallback: service.fallback)
        try HandlerHarness.run(router, .memory) { try body(ControlledService(tasks: tasks, harness: $0)) }
    }

    func call(_ method: String, _ path: String, _ body: String? = nil, fields: String = "") throws -> Reply {
        try harness.send(method, "/_emulator/" + path, fields: fields, body: body.map { Array($0.utf8) })
    }

    /// Submits a task, and returns its id.
    func submitted(by key: String) throws -> String {
        let image =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
        let reply = try harness.post(
            "/v1/flux-tools/outpainting-v1", #"{"input_image":"\#(image)","width":64,"height":64}"#,
            fields: "x-key: \(key)\r\n")
        guard let id = try reply.json["id"]?.string else { throw RawClient.Failure(call: reply.text) }
        return id
    }

    func status(_ id: String) throws -> String? {
        try harness.get("/v1/get_result?id=\(id)").json["status"]?.string
    }
}

extension Reply {
    var json: JSONValue {
        get throws { try JSONDocument(parsing: ByteBuffer(text)).root }
    }
}

@Suite struct ControlTests {
    // MARK: - Mistakes

    /// Whatever is wrong is told with its place, and changes nothing.
    @Test(
        arguments: [
            ("POST", "rules", #"{"on":"pol","answer":503}"#, 422, "/on", "did you mean 'poll'?"),
            ("POST", "rules", #"[{"on":"poll","answer":503},{"on":"poll"}]"#, 422, "/1", "'life', 'answer' or 'fault'"),
            ("PUT", "rules", #"[{"on":"poll","answer":503},7]"#, 422, "/1", "an object"),
            ("POST", "rules", #"{"on":"poll","#, 400, "", "Expected JSON"),
            ("POST", "rules", "", 400, nil, "a body of JSON"),
            ("POST", "rules?key=a", #"[{"on":"poll","answer":503,"key":"b"}]"#, 422, "/0/key", "no other key"),
            ("POST", "rules?kye=a", #"{"on":"poll","answer":503}"#, 400, nil, "'key', found 'kye'"),
            ("POST", "rules?key=", #"{"on":"poll","answer":503}"#, 400, nil, "an API key"),
            ("DELETE", "rules/7", "", 404, nil, "no rule '7'"), ("GET", "rules/x", "", 404, nil, "no rule 'x'"),
            ("PUT", "clock", "{}", 422, "", "frozen, now or rate"),
            ("PUT", "clock", #"{"frozn":true}"#, 422, "/frozn", "did you mean 'frozen'?"),
            ("PUT", "clock", #"{"frozen":1}"#, 422, "/frozen", "true or false"),
            ("PUT", "clock", #"{"rate":0}"#, 422, "/rate", "from 0.0001"),
            ("PUT", "clock", #"{"rate":10000000}"#, 422, "/rate", "to 1000000"),
            ("PUT", "clock", #"{"frozen":true,"rate":2}"#, 422, "/rate", "no rate for a frozen clock"),
            ("PUT", "clock", #"{"frozen":true,"now":"2026-11-20T13:49:59Z"}"#, 422, "/now", "never goes backwards"),
            ("PUT", "clock", #"{"now":"0001-01-01T00:00:00Z"}"#, 422, "/now", "never goes backwards"),
            ("PUT", "clock", #"{"now":"9999-12-31T23:59:59Z"}"#, 422, "/now", "before 2199-12-31"),
            ("PUT", "clock", #"{"now":"2026-11-31T00:00:00Z"}"#, 422, "/now", "a time such as"),
            ("POST", "clock/advance", "{}", 422, "", "one of by, to and until"),
            ("POST", "clock/advance", #"{"by":"1s","until":"idle"}"#, 422, "", "one of by, to and until"),
            ("POST", "clock/advance", #"{"by":"-1s"}"#, 422, "/by", "a duration"),
            ("POST", "clock/advance", #"{"by":"2000000h"}"#, 422, "/by", "before 2199-12-31"),
            ("POST", "clock/advance", #"{"by":"99999999999999999999h"}"#, 422, "/by", "a duration"),
            ("POST", "clock/advance", #"{"by":10}"#, 422, "/by", "a duration"),
            ("POST", "clock/advance", #"{"until":"idel"}"#, 422, "/until", "\\\"idle\\\""),
            ("PUT", "state", "not a state", 422, nil, "damaged"), ("PUT", "state", "", 422, nil, "damaged"),
        ] as [(String, String, String, Int, String?, String)])
    func `a mistake is a problem with its place`(
        method: String, path: String, body: String, status: Int, pointer: String?, detail: String
    ) throws {
        try ControlledService.run { (service) throws in
            let before = try service.call("GET", "clock").text
            let reply = try service.call(method, path, body)
            #expect(reply.status == status && reply["content-type"] == "application/problem+json", "\(reply.text)")
            #expect(try reply.json["pointer"]?.string == pointer)
            #expect(reply.text.contains(detail), "\(reply.text)")
            #expect(try service.call("GET", "rules").text == "[]")
            #expect(try service.call("GET", "clock").text == before)
        }
    }

    @Test func `more rules than there may be are refused whole`() throws {
        try ControlledService.run { (service) throws in
            let half = "[" + Array(repeating: #"{"on":"poll","answer":503}"#, count: 600).joined(separator: ",") + "]"
            #expect(try service.call("POST", "rules", half).status == 201)
            #expect(try service.call("POST", "rules", half).status == 422)
            #expect(try service.call("GET", "rules").json.count == 600)
            #expect(try service.call("PUT", "rules", half).status == 200)
        }
    }

    // MARK: - Rules

    @Test func `rules are added, shown, met, replaced for one key and removed`() throws {
        try ControlledService.run { (service) throws in
            let added = try service.call("POST", "rules", #"{"on":"poll","key":"a;life=ready","answer":503}"#)
            #expect(added.status == 201)
            #expect(
                added.text
                    == #"{"id":1,"on":"poll","key":"a","answer":{"status":503},"times":1,"met":0,"applied":0}"#)
            let task = try service.submitted(by: "a")
            let other = try service.submitted(by: "b")
            #expect(try service.harness.get("/v1/get_result?id=\(other)").status == 200)
            #expect(try service.harness.get("/v1/get_result?id=\(task)").status == 503)
            #expect(try service.harness.get("/v1/get_result?id=\(task)").status == 200)
            #expect(try service.call("GET", "rules/1").text.hasSuffix(#""met":2,"applied":1}"#))
            _ = try service.call("POST", "rules", #"{"on":"credits","key":"b","answer":402}"#)
            #expect(try service.call("PUT", "rules?key=a", #"[{"on":"credits","answer":500}]"#).json.count == 1)
            #expect(try service.call("GET", "rules").json.count == 2)
            #expect(try service.call("DELETE", "rules?key=a").status == 204)
            #expect(try service.call("DELETE", "rules/2").status == 204)
            #expect(try service.call("GET", "rules").text == "[]")
        }
    }

    // MARK: - Clock

    @Test func `advancing one key lists what happened to it, and moves nobody else`() throws {
        try ControlledService.run { (service) throws in
            let task = try service.submitted(by: "a;life=pending 10s, ready")
            let other = try service.submitted(by: "b;life=pending 10s, ready")
            let told = try service.call("POST", "clock/advance?key=a", #"{"by":"10m"}"#)
            let json = try told.json
            #expect(json["now"]?.string == "2026-11-20T14:00:00Z")
            #expect(json["complete"]?.bool == true)
            let first = try #require(json["happened"].flatMap { Array($0.elements).first })
            #expect(first["at"]?.string == "2026-11-20T13:50:10Z" && first["task"]?.string == task, "\(told.text)")
            #expect(first["key"]?.string == "a")
            #expect(try service.status(task) == "Ready" && service.status(other) == "Pending")
            #expect(
                try service.call("GET", "clock").text
                    == #"{"now":"2026-11-20T13:50:00Z","running":false,"rate":1.0,"keys":{"a":"2026-11-20T14:00:00Z"}}"#
            )
        }
    }

    @Test func `until idle ends when no task is unfinished`() throws {
        try ControlledService.run { (service) throws in
            let tasks = try (1...3).map { try service.submitted(by: "k\($0);life=pending \($0)0s, ready") }
            let told = try service.call("POST", "clock/advance", #"{"until":"idle"}"#)
            #expect(try told.json["now"]?.string == "2026-11-20T13:50:30Z")
            for task in tasks { #expect(try service.status(task) == "Ready") }
        }
    }

    // MARK: - State

    @Test func `a reset of one key keeps the others`() throws {
        try ControlledService.run { (service) throws in
            let (task, other) = (try service.submitted(by: "a"), try service.submitted(by: "b"))
            _ = try service.call("POST", "rules", #"{"on":"poll","key":"a","answer":503}"#)
            _ = try service.call("POST", "clock/advance?key=a", #"{"by":"1h"}"#)
            #expect(
                try service.call("POST", "reset?key=a").text == #"{"reset":"a","now":"2026-11-20T13:50:00Z"}"#)
            #expect(try service.status(task) == "Task not found")
            #expect(try service.status(other) != "Task not found")
            #expect(try service.call("GET", "rules").text == "[]")
        }
    }

    @Test func `a state comes back as it was, and one that lacks a byte does not`() throws {
        try ControlledService.run { (service) throws in
            let task = try service.submitted(by: "secret-key")
            _ = try service.call("POST", "clock/advance", #"{"until":"idle"}"#)
            #expect(try service.status(task) == "Pending")
            let before = try service.harness.get("/v1/get_result?id=\(task)").text
            #expect(before.contains("Ready"))
            let state = try service.call("GET", "state").body
            #expect(!String(decoding: state, as: UTF8.self).contains("secret-key"))
            _ = try service.call("POST", "reset")
            for count in [1, state.count / 2, state.count - 1] {
                let reply = try service.harness.send("PUT", "/_emulator/state", body: Array(state.prefix(count)))
                #expect(reply.status == 422)
                #expect(try service.status(task) == "Task not found")
            }
            #expect(try service.harness.send("PUT", "/_emulator/state", body: state).status == 204)
            let after = try service.harness.get("/v1/get_result?id=\(task)").text
            #expect(after == before)
        }
    }

    @Test func `a state is loaded for those whose state it is, and leaves the rules of others`() throws {
        try ControlledService.run { (service) throws in
            for key in ["a", "b"] {
                _ = try service.call("POST", "rules", #"{"on":"poll","key":"\#(key)","answer":503}"#)
            }
            let task = try service.submitted(by: "a")
            let (one, all) = (try service.call("GET", "state?key=a").body, try service.call("GET", "state").body)
            func load(_ path: String, _ state: [UInt8]) throws -> Int {
                try service.harness.send("PUT", "/_emulator/state\(path)", body: state).status
            }
            #expect(try load("?key=b", one) == 422)
            #expect(try load("", one) == 422)
            #expect(try load("?key=a", all) == 422)
            #expect(try service.call("GET", "rules").json.count == 2)
            #expect(try load("?key=a", one) == 204)
            #expect(try service.call("GET", "rules").json.count == 2)
            #expect(try service.harness.get("/v1/get_result?id=\(task)").status == 503)
        }
    }

    @Test func `a state with a changed bit is refused`() throws {
        try ControlledService.run { (service) throws in
            _ = try service.submitted(by: "a")
            let state = try service.call("GET", "state").body
            for place in stride(from: 8, to: state.count, by: 37) {
                var damaged = state
                damaged[place] ^= 1
                #expect(try service.harness.send("PUT", "/_emulator/state", body: damaged).status == 422)
            }
        }
    }

    // MARK: - Who may call

    @Test(arguments: [
        ("test", "", 200), ("localhost:4880", "", 200), ("[::1]:4880", "", 200), ("127.0.0.1", "", 200),
        ("attacker.example", "", 403), ("127.0.0.1.attacker.example", "", 403), ("1.2.3.4.5", "", 403),
        ("localhost", "origin: http://localhost\r\n", 200), ("localhost", "origin: http://attacker.example\r\n", 403),
        ("localhost", "origin: null\r\n", 403), ("localhost", "sec-fetch-site: cross-site\r\n", 403),
        ("localhost", "sec-fetch-site: same-site\r\n", 403), ("localhost", "sec-fetch-site: none\r\n", 200),
    ])
    func `pages from elsewhere and names that others control are refused`(
        host: String, fields: String, status: Int
    ) throws {
        try ControlledService.run { (service) throws in
            let reply = try service.harness.send("GET /_emulator/rules HTTP/1.1\r\nhost: \(host)\r\n\(fields)\r\n")
            #expect(reply.status == status, "\(reply.text)")
        }
    }

    @Test func `with a token nobody calls without it`() throws {
        try ControlledService.run(token: "correct") { (service) throws in
            let without = try service.call("GET", "rules")
            #expect(without.status == 401 && without["www-authenticate"] == "Bearer")
            #expect(try service.call("GET", "rules", fields: "authorization: Bearer wrong\r\n").status == 403)
            #expect(try service.call("GET", "rules", fields: "authorization: bearer correct\r\n").status == 200)
        }
    }
}
