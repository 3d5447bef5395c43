import Bytes
import HTTP
import Imaging
import Intake
import JSON
import Outbound
import Outpainting
import System
import TestSupport

@testable import Runware
@testable import Tasks
@testable import Time

/// The response that a client receives. The module under test has a `Reply` of its own.
typealias Reply = TestSupport.Reply

/// The service with everything that it depends on. Its clock is frozen until a test advances it, and a task is ready as
/// soon as its pictures are rendered.
final class TestService: Sendable {
    let clock = Clock(at: Instant(secondsSince1970: 1_795_182_600), frozen: true)
    /// The memory for decoding uploads.
    let memory: DecodingMemory
    let runware: Service
    let tasks: TaskService
    let fetches: OutboundPool<Namespace>
    let messages: OutboundPool<Namespace>
    /// The outcomes of webhooks and uploads, in order.
    let deliveries = Locked<[Delivery]>([])
    let router: Router
    private let threads = ThreadPool("submit", threads: 2)

    struct Settings {
        var runware = Runware.Settings()
        var tasks = Tasks.Settings()
        var intake = IntakeSettings()
        /// Limits of concurrent fetches and of queued ones.
        var fetchThreads = 1
        var fetchQueue = 64
        /// The task store; `nil` for one in memory.
        var store: (any TaskStore)?
    }

    init(_ change: (inout Settings) -> Void = { _ in }) {
        var settings = Settings()
        settings.runware.fill = "edge"
        settings.tasks.workers = 1
        settings.tasks.seed = 1
        settings.tasks.life = .ready
        change(&settings)
        var outgoing = Outbound.Settings()
        outgoing.policy.allowsPrivate = true
        fetches = OutboundPool("fetch", outgoing, threads: settings.fetchThreads, capacity: settings.fetchQueue)
        let deliveries = deliveries
        messages = OutboundPool(
            "webhook", outgoing, threads: 1, observer: { delivery in deliveries.withLock { $0.append(delivery) } })
        var foundations = TaskService.Foundations()
        foundations.clock = clock
        foundations.sender = messages
        if let store = settings.store { foundations.store = store }
        tasks = TaskService(settings.tasks, on: foundations)
        memory = DecodingMemory(limit: settings.intake.images.memory)
        runware = Service(
            settings.runware, tasks: tasks, intake: Intake(settings.intake, memory: memory), threads: threads,
            fetches: fetches)
        router = Router(runware.routes)
    }

    deinit {
        threads.stop()
        fetches.stop()
        messages.stop()
        tasks.stop()
    }

    /// Advances the clock and runs everything that becomes due.
    func pass(_ time: Interval) { _ = tasks.agenda.advance(nil, .by(time)) }

    // MARK: - Requests

    static let key = "authorization: Bearer test-key\r\n"

    func ask(_ method: String, _ target: String, fields: String = key, body: String? = nil) throws -> Reply {
        let length = body.map { "content-length: \($0.utf8.count)\r\n" } ?? ""
        let request = "\(method) \(target) HTTP/1.1\r\nhost: test\r\n\(fields)\(length)\r\n\(body ?? "")"
        let answer = try router.answer(request.utf8.span)
        let bytes = answer.bytes.indices.map { answer.bytes[$0] }
        guard let reply = Reply.all(in: bytes, isHead: method == "HEAD")?.first else {
            throw RawClient.Failure(call: "no answer")
        }
        return reply
    }

    func post(_ body: String, fields: String = key) throws -> Reply {
        try ask("POST", "/v1", fields: fields, body: body)
    }

    /// Sends one task.
    func send(_ task: String, fields: String = key) throws -> Reply { try post("[\(task)]", fields: fields) }

    /// Polls a task until none of its results is processing, and returns the last reply.
    func ended(_ uuid: String) throws -> Reply {
        let poll = #"{"taskType":"getResponse","taskUUID":"\#(uuid)"}"#
        _ = try eventually { try !send(poll).text.contains(#""status":"processing""#) }
        return try send(poll)
    }
}

/// Tasks as clients send them.
enum Sent {
    static let uuid = "afed6468-1eca-46ef-a677-06aae34e47a4"

    static func uuid(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// An outpainting task. `more` holds further members, each with a leading comma.
    static func outpaint(
        _ more: String = "", uuid: String = uuid, image: String = Pictures.base64, sides: String = #"{"right":16}"#
    ) -> String {
        """
        {"taskType":"imageInference","taskUUID":"\(uuid)","model":"bfl:flux@outpainting","inputs":{"image":"\(image)"},\
        "outpaint":\(sides)\(more)}
        """
    }

    static func poll(_ uuid: String = uuid) -> String { #"{"taskType":"getResponse","taskUUID":"\#(uuid)"}"# }
}

/// Small pictures.
enum Pictures {
    /// A PNG file of a color gradient.
    static func png(_ width: Int, _ height: Int) -> [UInt8] {
        var raster = Raster(width: width, height: height)
        var pixels = raster.mutablePixels
        for i in 0..<width * height {
            pixels[3 * i] = UInt8(truncatingIfNeeded: i % width * 3)
            pixels[3 * i + 1] = UInt8(truncatingIfNeeded: i / width * 3)
            pixels[3 * i + 2] = 128
        }
        var file = ByteBuffer()
        var encoder = ImageEncoder()
        do throws(EncodingError) {
            try encoder.encode(SharedRaster(raster), as: .png, into: &file)
        } catch {
            fatalError("\(error)")
        }
        return file.bytes.indices.map { file.bytes[$0] }
    }

    static let base64 = base64(png(64, 64))

    static func base64(_ bytes: [UInt8]) -> String {
        var text = ByteBuffer()
        Base64.encode(bytes.span, into: &text)
        return text.bytes.text
    }
}

extension Reply {
    var json: JSONValue {
        get throws { try JSONDocument(parsing: ByteBuffer(text)).root }
    }

    /// The elements of `data`.
    var data: [JSONValue] {
        get throws { try json["data"].map { Array($0.elements) } ?? [] }
    }

    /// The elements of `errors`.
    var errors: [JSONValue] {
        get throws { try json["errors"].map { Array($0.elements) } ?? [] }
    }

    /// The codes of all errors.
    var codes: [String] {
        get throws { try errors.map { $0["code"]?.string ?? "" } }
    }
}
