import Bytes
import HTTP
import JSON
import Outbound
import Tasks

extension Service {
    /// The webhook event to send when a task ends, if a webhook is configured, with its retry delays. `text` says what happens
    /// to it.
    func outbox(steeredBy text: String) -> [OutboxEntry] {
        let retry = Retry(after: [.seconds(1), .seconds(5), .seconds(30)])
        return settings.webhookURL.map { [OutboxEntry(.webhook, to: $0, retrying: retry, steeredBy: text)] } ?? []
    }

    /// The message for an entry of a task's outbox.
    func message(_ entry: OutboxEntry, about view: TaskView) -> Message? {
        // Settings with a secret that is not a valid field value are rejected earlier.
        let secret = settings.webhookSecret.flatMap { Field("X-Webhook-Secret", $0.text) }
        return .webhook(SharedBytes(event(view)), about: "\(view.id)", to: entry.url, fields: secret.map { [$0] } ?? [])
    }

    /// The body of a webhook request.
    private func event(_ view: TaskView) -> ByteBuffer {
        var writer = JSONWriter()
        let note = TaskNote(of: view.record)
        let link = link(to: view.record, base: note.base)
        let isCharged = view.state == .ended(.ready)
        writer.object { writer in
            writer.id(view.id)
            writer.pair("status", view.status)
            writer.key("progress")
            writer.integer(100)
            writer.key("result")
            writer.outcome(of: view, note, link)
            writer.pair("cost", Double(isCharged ? view.record.cost : 0) / 1e6)
        }
        return writer.finish()
    }
}
