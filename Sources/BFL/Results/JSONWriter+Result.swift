import Bytes
import JSON
import Tasks

extension JSONWriter {
    /// What a poll is told of a task; `link` leads to its picture, if there is one.
    mutating func result(_ task: Snapshot, link: Link?, tellsProgress: Bool) {
        object { writer in
            writer.id(task.id)
            writer.pair("status", task.status.rawValue)
            writer.key("result")
            writer.outcome(of: task, link)
            writer.key("progress")
            if tellsProgress, let tenths = task.tenths { writer.double(Double(tenths) / 10) } else { writer.null() }
            writer.key("details")
            writer.details(of: task)
            writer.key("preview")
            writer.null()
        }
    }

    /// What is said of a task that is not there.
    mutating func missingResult(_ id: Span<UInt8>) {
        object { writer in
            writer.key("id")
            writer.string(id)
            writer.pair("status", TaskStatus.notFound.rawValue)
            for name in ["result", "progress", "details", "preview"] as [StaticString] {
                writer.key(name)
                writer.null()
            }
        }
    }

    /// A member with a task's id.
    mutating func id(_ id: TaskID) {
        key("id")
        plain { id.append(to: &$0) }
    }

    /// The picture and how it came about, or null; times are Unix seconds.
    mutating func outcome(of task: Snapshot, _ link: Link?) {
        guard case .ended(.ready) = task.state, let link else { return null() }
        beginObject()
        key("sample")
        plain { link.append(to: &$0) }
        key("prompt")
        if let prompt = task.record.note { string(prompt.bytes) } else { string("") }
        key("seed")
        integer(Int(task.record.seed))
        if let end = task.record.end {
            key("start_time")
            seconds(end.started)
            key("end_time")
            seconds(end.finished)
            key("duration")
            // Of the two as they are shown, so that whoever subtracts has the same.
            seconds(max(0, end.finished / 1000 - end.started / 1000) * 1000)
        }
        endObject()
    }

    /// Nanoseconds as seconds, to the microsecond, as Python's clock has them.
    private mutating func seconds(_ nanoseconds: Int64) {
        let (whole, fraction) = Int(nanoseconds / 1000).quotientAndRemainder(dividingBy: 1_000_000)
        var (rest, digits) = (fraction, 6)
        while digits > 1, rest % 10 == 0 {
            rest /= 10
            digits -= 1
        }
        verbatim { number in
            number.append(decimal: whole)
            number.append(UInt8(ascii: "."))
            number.append(decimal: rest, width: digits)
        }
    }

    private mutating func details(of task: Snapshot) {
        switch task.state {
        case .ended(.moderated(let moderation)):
            object { writer in
                writer.key("Moderation Reasons")
                writer.array { list in for reason in moderation.reasons { list.string(reason) } }
            }
        case .ended(.failed(let failure)):
            object { $0.pair("error", failure.text) }
        default:
            null()
        }
    }
}

extension Snapshot {
    /// How the task stands, in the service's words.
    var status: TaskStatus {
        switch state {
        case .waiting, .running: .pending
        case .ended(.ready): .ready
        case .ended(.failed): .error
        case .ended(.moderated(let moderation)):
            moderation.subject == .request ? .requestModerated : .contentModerated
        }
    }

    /// How far a picture is, in tenths that are done; nothing before the first.
    fileprivate var tenths: Int? {
        guard case .running(let progress, _) = state, progress >= 0.1 else { return nil }
        return min(Int(progress * 10), 10)
    }
}
