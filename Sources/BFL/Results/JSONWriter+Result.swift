import Bytes
import JSON
import Tasks

extension JSONWriter {
    /// What a poll is told of a task; `link` leads to its picture if there is one.
    mutating func result(_ task: Snapshot, link: String?, tellsProgress: Bool) {
        object { writer in
            writer.pair("id", "\(task.id)")
            writer.pair("status", task.status.rawValue)
            writer.key("result")
            if case .ended(.ready) = task.state, let link { writer.outcome(of: task, link) } else { writer.null() }
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

    /// The picture and how it came about; times are Unix seconds.
    mutating func outcome(of task: Snapshot, _ link: String) {
        beginObject()
        pair("sample", link)
        key("prompt")
        if let prompt = task.record.note { string(prompt.bytes) } else { string("") }
        key("seed")
        integer(Int(task.record.seed))
        if let end = task.record.end {
            pair("start_time", Double(end.started) / 1e9)
            pair("end_time", Double(end.finished) / 1e9)
            pair("duration", Double(end.finished - end.started) / 1e9)
        }
        endObject()
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
