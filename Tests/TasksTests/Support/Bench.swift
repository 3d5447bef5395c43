import Bytes
import Imaging
import Outpainting
import Parallel
import System
import TestSupport

@testable import Tasks

/// A workshop to test: time stands still unless it is moved, and pictures are made as the test says.
final class Bench: Sendable {
    let workshop: Workshop
    let time = ManualTime()
    let making = Making()
    let memory: DecodingMemory
    private let heard = Locked<[TaskError]>([])

    init(_ change: (inout Settings) -> Void = { _ in }) {
        var settings = Settings()
        settings.workers = 1
        change(&settings)
        let (making, time, heard) = (making, time, heard)
        memory = DecodingMemory(limit: settings.images.memory)
        workshop = Workshop(
            settings, Clock { time.now }, memory: memory,
            notice: { notice in
                if case .full(let error) = notice { heard.withLock { $0.append(error) } }
            }, makers: { FakeMaker(making) })
    }

    deinit {
        making.release()
        workshop.stop()
    }

    /// The bounds that the workshop has told of.
    var notices: [TaskError] { heard.withLock { $0 } }

    func order(_ text: String, cost: Int64 = 0, canvas: Int = 100) throws -> Order {
        let reference = try workshop.reference(ByteBuffer(text))
        var order = Order(reference, Recipe(canvas: Size(width: canvas, height: canvas))!)
        order.cost = cost
        order.activeLimit = .max
        return order
    }

    /// Submits an order for what is made of a text.
    func submit(_ text: String, by name: String = "someone", cost: Int64 = 0) throws -> Snapshot {
        try workshop.submit(order(text, cost: cost), by: Namespace(name))
    }

    /// Waits until a task ends, and shows how.
    func outcome(_ id: TaskID) -> Outcome? {
        _ = eventually { self.ended(id) != nil }
        return ended(id)
    }

    private func ended(_ id: TaskID) -> Outcome? {
        if case .ended(let outcome) = workshop.task(id)?.state { outcome } else { nil }
    }

    /// The text of a task's picture.
    func picture(_ id: TaskID) -> String? {
        guard let picture = workshop.picture(of: id) else { return nil }
        var room = ByteBuffer()
        return try? picture.file.withBytes(&room) { $0.text }
    }
}

extension Namespace {
    init(_ name: String) {
        self.init(service: "test", key: Array(name.utf8).span)
    }
}

/// Time that stands still but when it is moved.
final class ManualTime: Sendable {
    private let nanoseconds = Locked<Int64>(.seconds(1_000_000))

    var now: Int64 { nanoseconds.withLock { $0 } }
    func pass(seconds: Int64) { nanoseconds.withLock { $0 += .seconds(seconds) } }
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
private final class FakeMaker: Maker {
    private let making: Making

    init(_ making: Making) { self.making = making }

    func make(
        _ reference: Span<UInt8>, _ recipe: Recipe, on workers: SpareHands, into file: inout ByteBuffer,
        decoded: @escaping @Sendable () -> Void, goOn: @escaping @Sendable (Double) -> Bool
    ) -> Outcome {
        let text = reference.text
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
