import BFL
import Bytes
import HTTP
import Imaging
import Intake
import JSON
import Outbound
import System
import TestSupport

@testable import Tasks

/// The service with all that stands behind it. Time stands still unless it is moved, and pictures are made as the test says,
/// or by the engine.
final class Bench: Sendable {
    let time = ManualTime()
    let making = Making()
    let workshop: Workshop
    let fetches: OutboundPool<Namespace>
    let messages: OutboundPool<Namespace>
    /// What became of messages, in order.
    let deliveries = Locked<[Delivery]>([])
    let router: Router
    private let threads = ThreadPool("submit", threads: 2)

    struct Settings {
        var bfl = BFL.Settings()
        var tasks = Tasks.Settings()
        var intake = IntakeSettings()
        /// Whether this machine may be reached.
        var allowsPrivate = true
        var usesEngine = false
        /// Images fetched at once, and those that may wait for it.
        var fetchThreads = 1
        var fetchQueue = 16
    }

    init(_ change: (inout Settings) -> Void = { _ in }) {
        var settings = Settings()
        settings.bfl.fill = "edge"
        settings.tasks.workers = 1
        settings.tasks.seed = 1
        change(&settings)
        let (making, time) = (making, time)
        let clock = Clock { time.now }
        workshop =
            settings.usesEngine
            ? Workshop(settings.tasks, clock: clock) : Workshop(settings.tasks, clock) { FakeMaker(making) }
        var outgoing = Outbound.Settings()
        outgoing.policy.allowsPrivate = settings.allowsPrivate
        fetches = OutboundPool(
            "fetch", outgoing, threads: settings.fetchThreads, capacity: settings.fetchQueue, now: { time.now })
        let deliveries = deliveries
        messages = OutboundPool("webhook", outgoing, threads: 1, capacity: 16, now: { time.now }) { delivery in
            deliveries.withLock { $0.append(delivery) }
        }
        let service = Service(
            settings.bfl, workshop: workshop, intake: Intake(settings.intake), threads: threads, fetches: fetches,
            messages: messages)
        router = Router(service.routes, fallback: service.fallback)
    }

    deinit {
        making.release()
        threads.stop()
        fetches.stop()
        messages.stop()
        workshop.stop()
    }

    // MARK: - Asking

    static let path = "/v1/flux-tools/outpainting-v1"
    static let key = "x-key: test-key\r\n"

    func ask(
        _ method: String, _ target: String, fields: String = "", body: String? = nil, host: String = "test"
    ) throws -> Reply {
        let length = body.map { "content-length: \($0.utf8.count)\r\n" } ?? ""
        let request = "\(method) \(target) HTTP/1.1\r\nhost: \(host)\r\n\(fields)\(length)\r\n\(body ?? "")"
        let answer = try router.answer(request.utf8.span)
        let bytes = answer.bytes.indices.map { answer.bytes[$0] }
        guard let reply = Reply.all(in: bytes, isHead: method == "HEAD")?.first else {
            throw RawClient.Failure(call: "no answer")
        }
        return reply
    }

    func get(_ target: String, fields: String = "", host: String = "test") throws -> Reply {
        try ask("GET", target, fields: fields, host: host)
    }

    /// Sends a body as a submit.
    func post(_ body: String, fields: String = key) throws -> Reply {
        try ask("POST", Bench.path, fields: fields, body: body)
    }

    /// Submits a good image, with what else is wanted of it.
    func submit(
        _ more: String = "", image: String = PNG.base64(64, 64), width: Int = 64, height: Int = 64, fields: String = key
    ) throws -> Reply {
        try post(#"{"input_image":"\#(image)","width":\#(width),"height":\#(height)\#(more)}"#, fields: fields)
    }

    /// The id of a submit that was accepted.
    func accepted(_ more: String = "", width: Int = 64, fields: String = key) throws -> String {
        let reply = try submit(more, width: width, fields: fields)
        guard let id = try reply.json["id"]?.string else { throw RawClient.Failure(call: reply.text) }
        return id
    }

    func poll(_ id: String, fields: String = "", host: String = "test") throws -> Reply {
        try get("/v1/get_result?id=\(id)", fields: fields, host: host)
    }

    /// The last answer for a task, when it has come.
    func ended(_ id: String, fields: String = "", host: String = "test") throws -> Reply {
        _ = try eventually { try poll(id).json["status"]?.string != "Pending" }
        return try poll(id, fields: fields, host: host)
    }

    /// Submits, waits for the picture, and gives where it is: what stands behind the host.
    func link(_ more: String = "", fields: String = "") throws -> String {
        let reply = try ended(accepted(more), fields: fields)
        guard let sample = try reply.json["result"]?["sample"]?.string, let range = sample.firstRange(of: "/delivery/")
        else { throw RawClient.Failure(call: reply.text) }
        return String(sample[range.lowerBound...])
    }

    /// What a key has to spend.
    func credits(_ fields: String = key) throws -> String { try get("/v1/credits", fields: fields).text }

    func task(_ id: String) -> Snapshot? { TaskID(id.utf8.span).flatMap { workshop.task($0) } }

    /// Waits until a task is being made.
    func isRunning(_ id: String) -> Bool {
        eventually { if case .running = task(id)?.state { true } else { false } }
    }
}

extension Reply {
    var json: JSONValue {
        get throws { try JSONDocument(parsing: ByteBuffer(text)).root }
    }
}

/// Time that stands still but when it is moved.
final class ManualTime: Sendable {
    /// 2026-11-20T13:50:00Z.
    static let start: Int64 = 1_795_182_600

    private let nanoseconds = Locked<Int64>(.seconds(start))

    var now: Int64 { nanoseconds.withLock { $0 } }
    func pass(nanoseconds step: Int64) { nanoseconds.withLock { $0 += step } }
    func pass(milliseconds: Int64) { pass(nanoseconds: .milliseconds(milliseconds)) }
    func pass(seconds: Int64) { pass(milliseconds: seconds * 1000) }
}

/// Files that are images as far as their heads tell.
enum PNG {
    static func bytes(_ width: Int, _ height: Int) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
            + number(width) + number(height) + [8, 2, 0, 0, 0, 0, 0, 0, 0]
    }

    static func base64(_ width: Int, _ height: Int) -> String { base64(bytes(width, height)) }

    static func base64(_ bytes: [UInt8]) -> String {
        var text = ByteBuffer()
        Base64.encode(bytes.span, into: &text)
        return text.bytes.text
    }
}

extension Namespace {
    /// Somebody who asks for nothing.
    static let other = Namespace(service: "test", key: Span())
}
