import Bytes
import JSON
import Outbound
import Tasks

extension Service {
    /// Takes an outpainting task: checks it, has its pictures made, and tells what becomes of them.
    func infer(_ task: JSONValue, for caller: Caller, _ reply: @escaping Say) throws(Refusal) {
        var wish = ImageInference()
        try read(task, inference, into: &wish)
        let work = Inference(self, wish, TaskLabel(task), for: caller, reply)
        try work.begin(echo(task))
        do throws(ServiceError) {
            guard let image = wish.image else { preconditionFailure("a task without an image does not fit") }
            // What the message holds is taken out of it before anything is waited for: it may be long, and goes.
            let source = try source(of: image, at: Inference.imagePath, for: caller.namespace)
            var mark: Material.Source?
            if let text = wish.watermark.image {
                mark = try self.source(of: text, at: ImageInference.markPath, for: caller.namespace)
            }
            try take(source, mark, for: work)
        } catch {
            work.end(error)
        }
    }

    /// Goes on with a task's image and watermark: at once, or when they have been fetched, on a thread that may wait for it.
    private func take(
        _ image: Material.Source, _ mark: Material.Source?, for inference: Inference
    ) throws(ServiceError) {
        if case .here(let image) = image {
            switch mark {
            case nil: return try inference.accept(image, nil)
            case .here(let mark): return try inference.accept(image, mark)
            case .address: break
            }
        }
        let waiting = inference.waiting()
        do throws(OutboundError) {
            try fetches.submit(for: inference.caller.namespace) { client in
                do throws(ServiceError) {
                    let image = try material(image, at: Inference.imagePath, with: client)
                    guard let mark else { return try waiting.accept(image, nil) }
                    try waiting.accept(image, material(mark, at: ImageInference.markPath, with: client))
                } catch {
                    waiting.end(error)
                }
            }
        } catch {
            throw ServiceError(.notFetched(error), at: Inference.imagePath)
        }
        if waiting.isAcknowledged { waiting.acknowledge() }
    }
}
