import Bytes
import Outbound
import System
import Tasks

extension Service {
    /// Sends a result where the task wants it: the file to its upload endpoint, and word of it to its webhook.
    func send(_ answer: Answer, of result: Snapshot, to wish: ImageInference) {
        if let url = wish.uploadEndpoint { upload(answer, of: result, for: wish, to: url) }
        if let url = wish.webhookURL {
            announce(answer, of: wish, for: result.record.namespace, to: url, shakenBy: result.id.low)
        }
    }

    private func upload(_ answer: Answer, of result: Snapshot, for wish: ImageInference, to url: String) {
        guard case .picture(let item)? = answer.items.first else { return }
        var file = ByteBuffer()
        do throws(Errno) {
            try item.picture.file.append(0..<item.picture.file.count, to: &file)
        } catch {
            // The disk failed. The task's own answer does not depend on it.
            return
        }
        let type = Field("content-type", "\(item.task.record.format.mediaType)")
        // When too many wait, or the server ends, the result can still be had here.
        messages.send(
            .upload(SharedBytes(file), about: wish.taskUUID, to: url, fields: type.map { [$0] } ?? []),
            for: result.record.namespace, retrying: .doubling(from: .seconds(1), upTo: .seconds(4), times: 3))
    }

    /// Tells a webhook of a task's result, or why there is none; `bits` are any, another's than the next one's.
    func announce(
        _ answer: Answer, of wish: ImageInference, for namespace: Namespace, to url: String, shakenBy bits: UInt64
    ) {
        let body: ByteBuffer
        do throws(Errno) {
            body = try settings.wrapsWebhooks ? answer.text() : answer.bareText()
        } catch {
            // The disk failed.
            return
        }
        let retry = Retry.doubling(from: .milliseconds(250), upTo: .seconds(8), times: settings.webhookRetries)
        // When too many wait, or the server ends, the task can still be polled for.
        messages.send(
            .webhook(SharedBytes(body), about: wish.taskUUID, to: url), for: namespace,
            within: .nanoseconds(settings.webhookTime), retrying: retry.shaken(by: bits).insisting)
    }
}

extension Retry {
    /// The same with waits up to a quarter longer, as `bits` have it: not all who failed together come back together.
    fileprivate func shaken(by bits: UInt64) -> Retry {
        var bits = bits
        return Retry(
            after: delays.map { delay in
                defer { bits = bits >> 7 | bits << 57 }
                return delay + delay / 512 * Int(bits & 127)
            })
    }
}
