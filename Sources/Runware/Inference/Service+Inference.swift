import Bytes
import JSON
import Outbound
import Tasks

extension Service {
    /// Takes an outpainting task: checks it, has its pictures made, and tells what becomes of them.
    func infer(_ task: JSONValue, for caller: Caller, _ reply: @escaping Say) throws(Refusal) {
        var wish = ImageInference(task)
        try read(task, inference, into: &wish)
        let work = Inference(service: self, wish: wish, task: task, caller: caller, reply: reply)
        try work.begin()
        do throws(ServiceError) {
            let image = try source(of: wish.image, at: Inference.imagePath, for: caller.namespace)
            guard let mark = wish.watermark.image else { return try take(image, nil, for: work) }
            let source = try source(of: mark, at: ImageInference.markPath, for: caller.namespace)
            try take(image, Parcel(source), for: work)
        } catch {
            work.end(error)
        }
    }

    /// Goes on with a task's image and watermark: at once, or when they have been fetched, on a thread that may wait for it.
    private func take(
        _ image: consuming Material.Source, _ mark: Parcel<Material.Source>?, for inference: Inference
    ) throws(ServiceError) {
        // A watermark that is an address is found to be one when it is asked for.
        if !image.isElsewhere, mark == nil {
            return try inference.accept(try material(image, at: Inference.imagePath, with: nil), nil)
        }
        let parcel = Parcel(image)
        do throws(OutboundError) {
            try outbound.submit { client in
                do throws(ServiceError) {
                    let image = try material(parcel.open(), at: Inference.imagePath, with: client)
                    guard let mark else { return try inference.accept(image, nil) }
                    let picture = try material(mark.open(), at: ImageInference.markPath, with: client)
                    try inference.accept(image, picture)
                } catch {
                    inference.end(error)
                }
            }
        } catch {
            throw ServiceError(.notFetched(error), at: Inference.imagePath)
        }
    }
}
