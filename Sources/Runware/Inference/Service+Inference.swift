import Bytes
import JSON
import Outbound
import Steering
import Tasks

extension Service {
    /// Checks an outpainting task, queues its pictures, and replies with the results.
    func infer(
        _ task: JSONValue, for caller: Caller, _ script: SubmissionScript?, _ reply: @escaping Reply
    ) throws(Refusal) {
        var wish = ImageInference()
        try read(task, inference, into: &wish)
        let work = Inference(self, wish, TaskLabel(task), for: caller, script, reply)
        try work.begin(echo(task))
        do throws(ServiceError) {
            guard let image = wish.image else { preconditionFailure("a task without an image does not fit") }
            // The files are copied out of the message before any wait, so that the message, which may be long, can be
            // released.
            let source = try source(of: image, at: Inference.imagePath, for: caller.namespace)
            var mark: SourceImage.Source?
            if let text = wish.watermark.image {
                mark = try self.source(of: text, at: ImageInference.markPath, for: caller.namespace)
            }
            try take(source, mark, for: work)
        } catch {
            work.end(error)
        }
    }

    /// Continues with a task's image and watermark: immediately, or after fetching them on a thread that may block.
    private func take(
        _ image: SourceImage.Source, _ mark: SourceImage.Source?, for inference: Inference
    ) throws(ServiceError) {
        if case .here(let image) = image {
            switch mark {
            case nil: return try inference.accept(image, nil)
            case .here(let mark): return try inference.accept(image, mark)
            case .address: break
            }
        }
        let waiting = inference.waiting()
        let effects = inference.fetchEffects(of: image)
        if let failure = effects.outboundFailure { throw ServiceError(.notFetched(failure), at: Inference.imagePath) }
        if let delay = effects.delay {
            steering.call(after: delay, for: inference.caller.namespace.key) { [self] in
                do throws(ServiceError) {
                    try fetch(image, mark, for: waiting)
                } catch {
                    waiting.end(error)
                }
            }
        } else {
            try fetch(image, mark, for: waiting)
        }
        if waiting.isAcknowledged { waiting.acknowledge() }
    }

    private func fetch(
        _ image: SourceImage.Source, _ mark: SourceImage.Source?, for waiting: Inference
    ) throws(ServiceError) {
        do throws(OutboundError) {
            try fetches.submit(for: waiting.caller.namespace) { [self] client in
                do throws(ServiceError) {
                    let image = try sourceImage(image, at: Inference.imagePath, with: client)
                    guard let mark else { return try waiting.accept(image, nil) }
                    try waiting.accept(image, sourceImage(mark, at: ImageInference.markPath, with: client))
                } catch {
                    waiting.end(error)
                }
            }
        } catch {
            throw ServiceError(.notFetched(error), at: Inference.imagePath)
        }
    }
}
