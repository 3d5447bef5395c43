import Bytes
import HTTP
import JSON
import Outbound
import Tasks

extension Service {
    /// Waits after which a webhook is tried again.
    private static let retry = Retry(after: [.seconds(1), .seconds(5), .seconds(30)])

    /// Sends what becomes of a task to the configured address, if there is one. `base` is what stands before paths for whoever
    /// submitted it.
    func announce(_ id: TaskID, base: String) {
        guard let url = settings.webhookURL else { return }
        _ = workshop.whenDone(id, isAwaited: true) { [self] task in
            // A secret that could not stand in a header was refused with the settings.
            let secret = settings.webhookSecret.flatMap { Field("X-Webhook-Secret", $0) }
            let message = Message.webhook(
                SharedBytes(event(task, base: base)), about: "\(id)", to: url, fields: secret.map { [$0] } ?? [])
            // When too many wait, or the server ends, the task can still be polled for.
            messages.send(message, for: task.record.namespace, retrying: Service.retry)
        }
    }

    /// What a webhook is told.
    private func event(_ task: Snapshot, base: String) -> ByteBuffer {
        var writer = JSONWriter()
        let link = link(to: task, base: base)
        writer.object { writer in
            writer.id(task.id)
            writer.pair("status", task.status.rawValue)
            writer.key("progress")
            writer.integer(100)
            writer.key("result")
            writer.outcome(of: task, link)
            writer.pair("cost", Double(task.state == .ended(.ready) ? task.record.cost : 0) / 1e6)
        }
        return writer.finish()
    }
}
