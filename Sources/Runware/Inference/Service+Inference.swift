import Bytes
import JSON
import Outbound
import Tasks

extension Service {
    /// Takes an outpainting task: checks it, has its pictures made, and tells what becomes of them.
    func infer(_ task: JSONValue, for caller: Caller, _ reply: @escaping Say) throws(Refusal) {
        var wish = ImageInference(task)
        try read(task, ImageInference.description, into: &wish)
        let inference = Inference(service: self, wish: wish, task: task, caller: caller, reply: reply)
        try inference.begin()
        do throws(ServiceError) {
            switch try source(of: wish.image, at: Inference.imagePath, for: caller.namespace) {
            case .file(let file): try inference.accept(try material(file, at: Inference.imagePath))
            case .kept(let material): try inference.accept(material)
            case .address(let address): try fetch(address, for: inference)
            }
        } catch {
            inference.end(error)
        }
    }

    /// Goes on with a task when its image has been fetched, on a thread that may wait for it.
    private func fetch(_ address: String, for inference: Inference) throws(ServiceError) {
        do throws(OutboundError) {
            try outbound.submit { client in
                do throws(ServiceError) {
                    let file = try fetch(address, at: Inference.imagePath, with: client)
                    try inference.accept(try material(file, at: Inference.imagePath))
                } catch {
                    inference.end(error)
                }
            }
        } catch {
            throw ServiceError(.notFetched(error), at: Inference.imagePath)
        }
    }
}
