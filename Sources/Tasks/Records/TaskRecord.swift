public import Bytes
public import Crypto
public import Imaging
public import Time

/// The complete state of a task, as a value that any store can keep and any process can resume.
public struct TaskRecord: Sendable {
    public let id: TaskID
    public let namespace: Namespace
    /// The content address of its picture.
    public let content: SHA256.Digest
    public let format: ImageFormat
    /// The number to report as the seed of the picture.
    public let seed: UInt32
    /// In millionths of a credit.
    public let cost: Int64
    /// How long after its end the picture is kept, and the task is known.
    public let resultLifetime: Interval
    public let retention: Interval
    public let accepted: Instant
    /// Whether the caller polls the task until it ends. If not, the caller is notified.
    public let isPolled: Bool
    public let life: Life
    /// Data of the service, in its own format.
    public let note: SharedBytes?

    /// What to make; `nil` once the picture is made.
    public internal(set) var order: TaskOrder?
    var position: LifePosition
    public internal(set) var made: Made?
    public internal(set) var end: End?
    /// Whether the space of the picture was released.
    var isResultReleased = false
    public internal(set) var outbox: [OutboxEntry]
    /// Until then polls show the task as if it had not ended.
    var hiddenUntil: Instant?
    /// The earliest instant at which the agenda checks the task.
    var scheduled = Instant.never

    /// Changes with each update. A store refuses an update whose version differs from the stored one.
    public var version: UInt64 = 0

    /// The result of making the picture.
    public struct Made: Equatable, Sendable {
        public let outcome: Outcome
        public let finished: Instant

        public init(_ outcome: Outcome, finished: Instant) { (self.outcome, self.finished) = (outcome, finished) }
    }

    /// How and when the task ended, as its caller sees it.
    public struct End: Equatable, Sendable {
        public let outcome: Outcome
        public let finished: Instant
        /// When the task is forgotten.
        public let forgotten: Instant
    }

    public init(
        id: TaskID, namespace: Namespace, content: SHA256.Digest, order: TaskOrder?, format: ImageFormat, seed: UInt32,
        cost: Int64, resultLifetime: Interval, retention: Interval, accepted: Instant, isPolled: Bool = true,
        life: Life = .standard, note: SharedBytes? = nil, outbox: [OutboxEntry] = []
    ) {
        (self.id, self.namespace, self.content, self.order, self.format) = (id, namespace, content, order, format)
        (self.seed, self.cost, self.resultLifetime, self.retention) = (seed, cost, resultLifetime, retention)
        (self.accepted, self.isPolled, self.life, self.note) = (accepted, isPolled, life, note)
        self.outbox = outbox
        position = LifePosition(at: accepted)
    }

    /// When the picture expires.
    public var resultExpires: Instant? {
        guard let end, end.outcome == .ready else { return nil }
        return end.finished + resultLifetime
    }

    /// The state that the current step shows.
    private var step: Life.State { life.steps[position.step].state }
}

// MARK: - Life

extension TaskRecord {
    /// A step that counts polls is treated as over, for credits and active tasks, when no poll arrives for this long.
    /// Otherwise a client that never returns would keep its task active forever. What a poll sees does not change.
    static let unpolledLimit = Interval.seconds(10)

    /// What a caller may see at an instant.
    public func view(at now: Instant) -> TaskView {
        var record = self
        record.advance(to: now)
        return record.presentView(at: now)
    }

    /// Like `view`, and counts as a poll.
    mutating func poll(at now: Instant) -> TaskView {
        advance(to: now)
        let view = presentView(at: now)
        if view.state != .awaitingPicture {
            position.count(in: life, at: now)
            // This poll may have been the last of the step.
            advance(to: now)
        }
        return TaskView(record: self, state: view.state)
    }

    /// Advances the record to an instant: its step, and its end if due.
    mutating func advance(to now: Instant) {
        if end == nil || !position.isLast(in: life) { position.advance(in: life, to: now, isPolled: isPolled) }
        if end == nil { end = self.end(at: now) }
    }

    private func presentView(at now: Instant) -> TaskView {
        if let hiddenUntil, now < hiddenUntil { return TaskView(record: self, state: .unfinished(.pending)) }
        let state: TaskView.State =
            switch step {
            case .answer(let status, let retryAfter): .answer(status: status, retryAfter: retryAfter)
            case .lost: .lost
            case .ready: made.map { .ended($0.outcome) } ?? .awaitingPicture
            case .error, .moderated:
                position.isLast(in: life) ? end.map { .ended($0.outcome) } ?? .lost : .unfinished(step)
            case .pending, .reasoning, .generating, .text: .unfinished(step)
            }
        return TaskView(record: self, state: state)
    }

    /// How the task has ended by an instant; `nil` if it has not.
    private func end(at now: Instant) -> End? {
        guard life.hasEnd else { return nil }
        let reached: Instant
        if position.isLast(in: life) {
            reached = position.entered
        } else if case .polls = life.steps[position.step].length, position.touched + Self.unpolledLimit <= now {
            reached = position.touched + Self.unpolledLimit
        } else {
            return nil
        }
        switch life.steps[life.steps.count - 1].state {
        case .ready:
            guard let made else { return nil }
            return end(made.outcome, at: max(reached, made.finished))
        case .error(let text): return end(.failed(Failure(.scripted, text)), at: reached)
        case .moderated(let moderation): return end(.moderated(moderation), at: reached)
        case .pending, .reasoning, .generating, .text, .lost, .answer: return nil
        }
    }

    private func end(_ outcome: Outcome, at instant: Instant) -> End {
        // The task may have joined while its picture was already being made.
        let finished = max(instant, accepted)
        var forgotten = finished + retention
        if outcome == .ready { forgotten = max(forgotten, finished + resultLifetime) }
        return End(outcome: outcome, finished: finished, forgotten: forgotten)
    }

    /// Whether the state visible at an instant depends on an unfinished picture.
    func awaitsPicture(at now: Instant) -> Bool {
        guard end == nil, isUnmade, life.steps[life.steps.count - 1].state == .ready else { return false }
        if position.isLast(in: life) { return true }
        if case .polls = life.steps[position.step].length { return position.touched + Self.unpolledLimit <= now }
        return false
    }

    /// Whether the result can be downloaded at an instant.
    func isResultAvailable(at now: Instant) -> Bool { resultExpires.map { now < $0 } ?? false }

    /// The next instant at which the task changes without an event.
    var due: Instant {
        if let end {
            if !isResultReleased, let resultExpires { return min(resultExpires, end.forgotten) }
            return end.forgotten
        }
        if position.isLast(in: life) { return .never }
        switch life.steps[position.step].length {
        case .span(let interval), .spread(let interval, _): return position.entered + interval
        case .polls: return life.hasEnd ? position.touched + Self.unpolledLimit : .never
        case .endless: return .never
        }
    }

    /// Whether its picture is still to be made.
    public var isUnmade: Bool { made == nil && order != nil && life.needsPicture }

    /// Whether the task will end by itself, or has messages left to send.
    var isBusy: Bool { end == nil ? life.hasEnd : hasUnsent }

    /// Whether the task has an unfinished webhook or upload, now or at its end.
    public var hasUnsent: Bool { outbox.contains { !$0.isDone } }
}
