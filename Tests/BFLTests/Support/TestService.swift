import BFL
import Bytes
import HTTP
import Imaging
import Intake
import JSON
import Outbound
import Steering
import System
import TestSupport

@testable import Tasks
@testable import Time

/// The service with all its dependencies. The clock is frozen unless a test moves it, pictures are made by `FakeMaker`
/// or by the engine, and tasks are ready as soon as their picture is made.
final class TestService: Sendable {
    let clock = Clock(at: Instant(secondsSince1970: TestService.start), frozen: true)
    let making = Making()
    let tasks: TaskService
    let fetches: OutboundPool<Namespace>
    let messages: OutboundPool<Namespace>
    /// Deliveries of webhooks, in order.
    let deliveries = Locked<[Delivery]>([])
    let router: Router
    let steering: Steering
    private let service: BFL.Service
    private let threads = ThreadPool("submit", threads: 2)

    /// 2026-11-20T13:50:00Z.
    static let start = 1_795_182_600

    struct Settings {
        var bfl = BFL.Settings()
        var tasks = Tasks.Settings()
        var intake = IntakeSettings()
        /// Whether outgoing requests may go to private addresses, such as those of this machine.
        var allowsPrivate = true
        var usesEngine = false
        var showsApplied = true
        /// Concurrent image fetches, and how many more may wait.
        var fetchThreads = 1
        var fetchQueue = 16
        /// The task store; nil for the default one, in memory.
        var store: (any TaskStore)?
    }

    init(_ change: (inout Settings) -> Void = { _ in }) {
        var settings = Settings()
        settings.bfl.fill = "edge"
        settings.tasks.workers = 1
        settings.tasks.seed = 1
        settings.tasks.life = .ready
        change(&settings)
        let making = making
        var outgoing = Outbound.Settings()
        outgoing.policy.allowsPrivate = settings.allowsPrivate
        fetches = OutboundPool("fetch", outgoing, threads: settings.fetchThreads, capacity: settings.fetchQueue)
        let deliveries = deliveries
        messages = OutboundPool(
            "webhook", outgoing, threads: 1, observer: { delivery in deliveries.withLock { $0.append(delivery) } })
        var foundations = TaskService.Foundations()
        foundations.clock = clock
        foundations.sender = messages
        if let store = settings.store { foundations.store = store }
        tasks =
            settings.usesEngine
            ? TaskService(settings.tasks, on: foundations)
            : TaskService(settings.tasks, on: foundations) { FakeMaker(making) }
        steering = Steering(tasks.agenda, tasks.randomness, showsApplied: settings.showsApplied)
        service = BFL.Service(
            settings.bfl, tasks: tasks, intake: Intake(settings.intake), threads: threads, fetches: fetches,
            steering: steering)
        router = Router(service.routes, fallback: service.fallback)
    }

    deinit {
        making.release()
        threads.stop()
        fetches.stop()
        messages.stop()
        tasks.stop()
    }

    /// Advances the clock and runs everything that becomes due.
    func pass(_ time: Interval) { _ = tasks.agenda.advance(nil, .by(time)) }

    /// Moves the clock without running anything that becomes due.
    func jump(_ time: Interval) { clock.move(nil, to: clock.now() + time) }

    // MARK: - Requests

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

    /// Submits a body.
    func post(_ body: String, fields: String = key) throws -> Reply {
        try ask("POST", TestService.path, fields: fields, body: body)
    }

    /// Submits a valid image; `more` holds further fields of the body.
    func submit(
        _ more: String = "", image: String = PNG.base64(64, 64), width: Int = 64, height: Int = 64, fields: String = key
    ) throws -> Reply {
        try post(#"{"input_image":"\#(image)","width":\#(width),"height":\#(height)\#(more)}"#, fields: fields)
    }

    /// Submits a valid image and returns the id of the accepted task.
    func accepted(_ more: String = "", width: Int = 64, fields: String = key) throws -> String {
        let reply = try submit(more, width: width, fields: fields)
        guard let id = try reply.json["id"]?.string else { throw RawClient.Failure(call: reply.text) }
        return id
    }

    func poll(_ id: String, fields: String = "", host: String = "test") throws -> Reply {
        try get("/v1/get_result?id=\(id)", fields: fields, host: host)
    }

    /// Waits until a task is no longer pending, and returns the answer of the next poll.
    func ended(_ id: String, fields: String = "", host: String = "test") throws -> Reply {
        _ = try eventually { try poll(id).json["status"]?.string != "Pending" }
        return try poll(id, fields: fields, host: host)
    }

    /// Submits, waits for the picture, and returns the path and query of its link.
    func link(_ more: String = "", fields: String = "") throws -> String {
        let reply = try ended(accepted(more), fields: fields)
        guard let sample = try reply.json["result"]?["sample"]?.string, let range = sample.firstRange(of: "/delivery/")
        else { throw RawClient.Failure(call: reply.text) }
        return String(sample[range.lowerBound...])
    }

    /// The answer's text for the credits of a key.
    func credits(_ fields: String = key) throws -> String { try get("/v1/credits", fields: fields).text }

    func task(_ id: String) -> TaskView? { TaskID(id.utf8.span).flatMap { (try? tasks.task($0)) ?? nil } }

    /// Waits until a picture is being made.
    func isMaking() -> Bool { eventually { tasks.counts.running > 0 } }
}

extension Reply {
    var json: JSONValue {
        get throws { try JSONDocument(parsing: ByteBuffer(text)).root }
    }
}

/// Files that have the header of a PNG, and no pixels.
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
    /// A namespace that belongs to no caller of the service under test.
    static let other = Namespace(service: "test", key: Span())
}
