import Bytes
import Outbound
import System
import Tasks
import Time

extension Service {
    /// The messages to send when a result ends: the file to the task's upload endpoint, and the answer to its webhook.
    /// `text` says what happens to them. `bits` are pseudorandom, different for each task, and vary the retry delays.
    func outbox(
        of wish: ImageInference, shakenBy bits: UInt64, steeredBy text: String = ""
    ) -> [OutboxEntry] {
        var entries: [OutboxEntry] = []
        if let url = wish.uploadEndpoint {
            entries.append(
                OutboxEntry(
                    .upload, to: url, retrying: .doubling(from: .seconds(1), upTo: .seconds(4), times: 3),
                    steeredBy: text))
        }
        if let url = wish.webhookURL {
            let retry = Retry.doubling(from: .milliseconds(250), upTo: .seconds(8), times: settings.webhookRetries)
            entries.append(
                OutboxEntry(
                    .webhook, to: url, retrying: retry.shaken(by: bits).insisting, within: settings.webhookTime,
                    steeredBy: text))
        }
        return entries
    }

    /// The message for an entry of a task's outbox; `nil` if there is nothing to send.
    func message(_ entry: OutboxEntry, about view: TaskView) throws(Errno) -> Message? {
        switch (TaskNote(of: view.record), entry.kind) {
        case (.failure(let uuid, let message), .webhook):
            return .webhook(SharedBytes(ByteBuffer(message)), about: uuid, to: entry.url)
        case (.failure, .upload):
            return nil
        case (.result(let form), .webhook):
            let body = try webhookBody(answer(about: view, form, isPolled: false))
            return .webhook(SharedBytes(body), about: form.taskUUID, to: entry.url)
        case (.result(let form), .upload):
            guard case .ended(.ready) = view.state, let picture = tasks.picture(of: view) else { return nil }
            var file = ByteBuffer()
            try picture.file.append(0..<picture.file.count, to: &file)
            let type = Field("content-type", "\(view.record.format.mediaType)")
            return .upload(SharedBytes(file), about: form.taskUUID, to: entry.url, fields: type.map { [$0] } ?? [])
        }
    }

    /// The body of a webhook request for an answer.
    func webhookBody(_ answer: Answer) throws(Errno) -> ByteBuffer {
        try settings.wrapsWebhooks ? answer.text() : answer.bareText()
    }
}

extension Retry {
    /// Increases each delay by up to a quarter, depending on `bits`, so that requests that failed together are not
    /// retried together.
    fileprivate func shaken(by bits: UInt64) -> Retry {
        var bits = bits
        return Retry(
            after: delays.map { delay in
                defer { bits = bits >> 7 | bits << 57 }
                return delay + delay / 512 * Int(bits & 127)
            })
    }
}
