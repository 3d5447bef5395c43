import Bytes
import JSON
import Tasks
import Time

extension JSONWriter {
    /// Writes the response to a poll; `link` is the URL of the picture, if there is one.
    mutating func result(_ view: TaskView, link: Link?) {
        object { writer in
            writer.id(view.id)
            writer.pair("status", view.status)
            writer.key("result")
            writer.outcome(of: view, TaskNote(of: view.record), link)
            writer.key("progress")
            writer.null()
            writer.key("details")
            writer.details(of: view)
            writer.key("preview")
            writer.null()
        }
    }

    /// Writes the response for an unknown task.
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

    /// Writes the member with a task's ID.
    mutating func id(_ id: TaskID) {
        key("id")
        plain { id.append(to: &$0) }
    }

    /// Writes the result object with the picture's link, or null; times are Unix seconds.
    mutating func outcome(of view: TaskView, _ note: borrowing TaskNote, _ link: Link?) {
        guard case .ended(.ready) = view.state, let link else { return null() }
        beginObject()
        key("sample")
        plain { link.append(to: &$0) }
        key("prompt")
        string(note.prompt.bytes)
        key("seed")
        integer(Int(view.record.seed))
        if let end = view.record.end {
            key("start_time")
            seconds(view.record.accepted)
            key("end_time")
            seconds(end.finished)
            key("duration")
            // Computed from the truncated times, so that it equals the difference of the two values in the response.
            let (started, finished) = (view.record.accepted.nanoseconds / 1000, end.finished.nanoseconds / 1000)
            seconds(Instant(nanoseconds: max(0, finished - started) * 1000))
        }
        endObject()
    }

    /// Writes an instant as seconds since 1970 with microseconds, formatted as Python does.
    private mutating func seconds(_ instant: Instant) {
        let (whole, fraction) = Int(instant.nanoseconds / 1000).quotientAndRemainder(dividingBy: 1_000_000)
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

    private mutating func details(of view: TaskView) {
        switch view.state {
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

extension TaskView {
    /// The task's status as the service names it.
    var status: String {
        switch state {
        case .unfinished(.text(let text)): text
        case .unfinished(.reasoning): "Reasoning"
        case .unfinished(.generating): "Generating"
        case .unfinished, .awaitingPicture, .answer: TaskStatus.pending.rawValue
        case .ended(.ready): TaskStatus.ready.rawValue
        case .ended(.failed): TaskStatus.error.rawValue
        case .ended(.moderated(let moderation)):
            moderation.subject == .request
                ? TaskStatus.requestModerated.rawValue : TaskStatus.contentModerated.rawValue
        case .lost: TaskStatus.notFound.rawValue
        }
    }
}
