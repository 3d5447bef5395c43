public import Bytes
internal import Crypto
internal import Imaging
internal import Outbound
internal import Outpainting
public import Time

// Archive encoding of this module's values.

extension ArchiveWriter {
    public mutating func write(_ instant: Instant) { write(Int(instant.nanoseconds)) }
    public mutating func write(_ interval: Interval) { write(Int(interval.nanoseconds)) }
    public mutating func write(_ key: KeyID) { write(key.value) }
    public mutating func write(_ id: TaskID) { write(id.number) }
    public mutating func write(_ bytes: SharedBytes) { write(bytes.bytes) }

    public mutating func write(_ namespace: Namespace) {
        write("\(namespace.service)")
        write(namespace.high)
        write(namespace.low)
        write(namespace.key)
    }

    mutating func write(_ digest: SHA256.Digest) {
        let bytes = digest.bytes
        write(bytes.bytes)
    }

    mutating func write(_ outcome: Outcome) {
        switch outcome {
        case .ready: write("ready")
        case .failed(let failure):
            write("failed")
            write(failure.kind.rawValue)
            write(failure.text)
        case .moderated(let moderation):
            write("moderated")
            write(moderation)
        }
    }

    mutating func write(_ moderation: Moderation) {
        write(moderation.subject.rawValue)
        write(list: moderation.reasons) { $1.write($0) }
    }

    mutating func write(_ life: Life) {
        write(list: life.steps) { step, archive in
            switch step.state {
            case .pending: archive.write("pending")
            case .reasoning: archive.write("reasoning")
            case .generating: archive.write("generating")
            case .ready: archive.write("ready")
            case .lost: archive.write("lost")
            case .text(let text):
                archive.write("text")
                archive.write(text)
            case .error(let text):
                archive.write("error")
                archive.write(text)
            case .moderated(let moderation):
                archive.write("moderated")
                archive.write(moderation)
            case .answer(let status, let retryAfter):
                archive.write("answer")
                archive.write(status)
                archive.write(optional: retryAfter) { $1.write($0) }
            }
            switch step.length {
            case .polls(let count):
                archive.write(0)
                archive.write(count)
            // A task's own life has drawn its lengths.
            case .span(let interval), .spread(let interval, _):
                archive.write(1)
                archive.write(interval)
            case .endless: archive.write(2)
            }
        }
    }

    mutating func write(_ entry: OutboxEntry) {
        write(entry.kind.rawValue)
        write(entry.url)
        write(list: entry.retry.delays) { $1.write($0) }
        write(entry.retry.insists)
        write(optional: entry.timeout) { $1.write($0) }
        write(entry.steering)
        write(entry.tries)
        write(optional: entry.next) { $1.write($0) }
        write(entry.isDone)
    }
}

extension ArchiveReader {
    public mutating func instant() throws(ArchiveError) -> Instant { Instant(nanoseconds: Int64(try integer())) }
    public mutating func interval() throws(ArchiveError) -> Interval { Interval(nanoseconds: Int64(try integer())) }
    public mutating func key() throws(ArchiveError) -> KeyID { KeyID(try wide()) }
    public mutating func id() throws(ArchiveError) -> TaskID { TaskID(number: try wide()) }

    /// Reads a namespace of one of these services.
    public mutating func namespace(of services: [StaticString]) throws(ArchiveError) -> Namespace {
        let service = try text()
        guard let known = services.first(where: { "\($0)" == service }) else { throw error }
        return Namespace(service: known, high: try word(), low: try word(), key: try key())
    }

    mutating func digest() throws(ArchiveError) -> SHA256.Digest {
        let bytes = try run()
        guard let digest = SHA256.Digest(bytes.bytes) else { throw error }
        return digest
    }

    /// Reads one of the raw values of `Value`.
    public mutating func choice<Value: RawRepresentable<String>>(
        _: Value.Type = Value.self
    ) throws(ArchiveError) -> Value {
        guard let value = Value(rawValue: try text()) else { throw error }
        return value
    }

    mutating func outcome() throws(ArchiveError) -> Outcome {
        switch try text() {
        case "ready": return .ready
        case "failed": return .failed(Failure(try choice(), try text()))
        case "moderated": return .moderated(try moderation())
        default: throw error
        }
    }

    mutating func moderation() throws(ArchiveError) -> Moderation {
        Moderation(
            try choice(),
            reasons: try list { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.text() })
    }

    mutating func life() throws(ArchiveError) -> Life {
        let steps = try list { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.step() }
        if steps.isEmpty { throw error }
        return Life(steps)
    }

    private mutating func step() throws(ArchiveError) -> Life.Step {
        let state: Life.State
        switch try text() {
        case "pending": state = .pending
        case "reasoning": state = .reasoning
        case "generating": state = .generating
        case "ready": state = .ready
        case "lost": state = .lost
        case "text": state = .text(try text())
        case "error": state = .error(try text())
        case "moderated": state = .moderated(try moderation())
        case "answer":
            state = .answer(
                status: try integer(),
                retryAfter: try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.integer() })
        default: throw error
        }
        switch try integer() {
        case 0: return Life.Step(state, .polls(try integer()))
        case 1: return Life.Step(state, .span(try interval()))
        case 2: return Life.Step(state)
        default: throw error
        }
    }

    mutating func outboxEntry() throws(ArchiveError) -> OutboxEntry {
        let (kind, url) = (try choice(Message.Kind.self), try text())
        var retry = Retry(
            after: try list { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.interval() })
        if try flag() { retry = retry.insisting }
        var entry = OutboxEntry(
            kind, to: url, retrying: retry,
            within: try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.interval() },
            steeredBy: try text())
        entry.tries = try integer()
        entry.next = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.instant() }
        entry.isDone = try flag()
        return entry
    }
}
