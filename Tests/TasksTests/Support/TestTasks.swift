import Bytes
import Imaging
import Outbound
import Outpainting
import Parallel
import System
import TestSupport

@testable import Tasks
@testable import Time

/// A task service to test: time stands still unless it is moved, and pictures are made as the test says. Tasks are ready as
/// soon as their picture is made, unless a test says otherwise.
final class TestTasks: Sendable {
    let service: TaskService
    let clock = Clock(at: Instant(secondsSince1970: 1_000_000), frozen: true)
    let making = Making()
    let memory: DecodingMemory
    private let events = Locked<[Event]>([])

    init(
        store: (any TaskStore)? = nil, images: (any BlobStore)? = nil, results: (any BlobStore)? = nil,
        sender: OutboundPool<Namespace>? = nil, _ change: (inout Tasks.Settings) -> Void = { _ in }
    ) {
        var settings = Tasks.Settings()
        settings.workers = 1
        settings.life = .ready
        change(&settings)
        let (making, events) = (making, events)
        memory = DecodingMemory(limit: settings.images.memory)
        var foundations = TaskService.Foundations()
        foundations.clock = clock
        foundations.memory = memory
        if let store { foundations.store = store }
        (foundations.images, foundations.results) = (images, results)
        foundations.sender = sender
        service = TaskService(
            settings, on: foundations,
            observer: { event in events.withLock { $0.append(event) } }, makers: { FakeMaker(making) })
    }

    deinit {
        making.release()
        service.stop()
    }

    var now: Instant { clock.now() }

    /// Lets time pass, and all that is due meanwhile happen.
    func pass(seconds: Int) { _ = service.agenda.advance(nil, .by(.seconds(seconds))) }

    /// Moves the clock alone: what is due waits.
    func jump(seconds: Int) { clock.move(nil, to: now + .seconds(seconds)) }

    /// The bounds that the service has told of.
    var refusals: [TaskError] {
        events.withLock { $0 }.compactMap { event in if case .full(let error) = event { error } else { nil } }
    }

    /// How often the service has told of a store that failed.
    var storeFailures: Int {
        events.withLock { $0.count { event in if case .storeFailed = event { true } else { false } } }
    }

    func order(_ text: String, cost: Int64 = 0, canvas: Int = 100) throws -> Order {
        let image = try service.input(ByteBuffer(text))
        var order = Order(image, Recipe(canvas: Size(width: canvas, height: canvas))!)
        order.cost = cost
        order.activeLimit = .max
        return order
    }

    /// Submits an order for what is made of a text.
    func submit(_ text: String, by name: String = "someone", cost: Int64 = 0) throws -> TaskRecord {
        try service.submit(order(text, cost: cost), by: Namespace(name))
    }

    /// A task as it is now.
    func view(_ id: TaskID) -> TaskView? { (try? service.task(id)) ?? nil }

    /// Has `observer` called with a task's end; false if there is no such task.
    func observe(_ id: TaskID, _ observer: @escaping TaskObserver) -> Bool {
        (try? service.whenEnded(id, observer)) ?? false
    }

    /// Waits until a task ends, and shows how.
    func outcome(_ id: TaskID) -> Outcome? {
        _ = eventually { self.view(id)?.record.end != nil }
        return view(id)?.record.end?.outcome
    }

    /// The text of a task's picture.
    func picture(_ id: TaskID) -> String? {
        guard let picture = (try? service.picture(of: id)) ?? nil else { return nil }
        var room = ByteBuffer()
        return try? picture.file.withBytes(&room) { $0.text }
    }
}

extension Namespace {
    init(_ name: String) {
        self.init(service: "test", key: Array(name.utf8).span)
    }
}

/// How pictures are made in a test, and what was made.
final class Making: Sendable {
    private let state = Locked((isHeld: false, begun: [String]()))

    /// What was begun, in order.
    var all: [String] { state.withLock { $0.begun } }

    /// From now on pictures are begun, but not finished before `release`.
    func hold() { state.withLock { $0.isHeld = true } }

    func release() { state.update { $0.isHeld = false } }

    fileprivate func begin(_ text: String) {
        state.withLock { $0.begun.append(text) }
        state.wait { $0.isHeld ? .again : .done(()) }
    }
}

/// Makes of "fail…" a failure, of "moderate…" a refusal, and of any other text that text with "made of " in front; "long…"
/// takes until it is told to stop. What ends in "decoded early" is decoded before it is held.
private final class FakeMaker: PictureMaker {
    private let making: Making

    init(_ making: Making) { self.making = making }

    func make(
        _ image: Span<UInt8>, _ recipe: Recipe, on workers: SharedWorkers, into file: inout ByteBuffer,
        decoded: @escaping @Sendable () -> Void, goOn: @escaping @Sendable (Double) -> Bool
    ) -> Outcome {
        let text = image.text
        if text.hasSuffix("decoded early") { decoded() }
        making.begin(text)
        if text.hasPrefix("fail") { return .failed(Failure(.image, text)) }
        if text.hasPrefix("moderate") { return .moderated(Moderation(.content, reasons: ["Violence"])) }
        if text.hasPrefix("long") {
            while goOn(0.5) { pause(milliseconds: 1) }
            return .stopped
        }
        file.append("made of ")
        file.append(text)
        return .ready
    }
}
