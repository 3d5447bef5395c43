import Bytes
import Imaging
import Intake
import JSON
import Outbound
import Tasks

extension Service {
    /// Keeps a picture.
    func upload(_ task: JSONValue, for caller: Caller, _ reply: @escaping Say) throws(Refusal) {
        var wish = ImageUpload(image: task)
        try read(task, ImageUpload.description, into: &wish)
        let (uuid, delivery) = (wish.taskUUID, wish.delivery)
        try keep(wish.image, at: "image", task, for: caller, reply) { kept in
            Answer(done: .imageUpload, uuid, delivery) { writer in
                writer.pair("imageUUID", "\(kept.id)")
                writer.pair("imageURL", MediaPath.address(of: kept.id, kept.probe.format, base: caller.base))
            }
        }
    }

    /// Keeps a picture, or lets go of one.
    func keepMedia(_ task: JSONValue, for caller: Caller, _ reply: @escaping Say) throws(Refusal) {
        var wish = MediaStorage(media: task)
        try read(task, MediaStorage.description, into: &wish)
        let (uuid, delivery) = (wish.taskUUID, wish.delivery)
        switch wish.operation {
        case .upload:
            try keep(wish.media, at: "media", task, for: caller, reply) { kept in
                Answer(done: .mediaStorage, uuid, delivery) { writer in
                    writer.pair("operation", MediaStorage.Operation.upload.rawValue)
                    writer.pair("mediaUUID", "\(kept.id)")
                    writer.pair("mediaURL", MediaPath.address(of: kept.id, kept.probe.format, base: caller.base))
                }
            }
        case .delete:
            guard let id = TaskID(wish.media.bytes), media.remove(id, of: caller.namespace) else {
                throw Refusal(.unknownMedia("media"), of: task)
            }
            let answer = Answer(done: .mediaStorage, uuid, delivery) { writer in
                writer.pair("operation", MediaStorage.Operation.delete.rawValue)
                writer.pair("mediaUUID", "\(id)")
            }
            end(task, .mediaStorage, for: caller, answer, reply)
        }
    }

    /// Keeps the picture that a text holds or leads to, and answers with what `said` makes of it.
    private func keep(
        _ text: JSONValue, at path: String, _ task: JSONValue, for caller: Caller, _ reply: @escaping Say,
        said: @escaping @Sendable (MediaLibrary.Media) -> Answer
    ) throws(Refusal) {
        let type = try type(of: task)
        do throws(ServiceError) {
            switch try incoming(text, at: path) {
            case .file(let file): end(task, type, for: caller, said(try keep(file, at: path, for: caller)), reply)
            case .address(let address):
                do throws(OutboundError) {
                    try outbound.submit { client in
                        do throws(ServiceError) {
                            let file = try fetch(address, at: path, with: client)
                            end(task, type, for: caller, said(try keep(file, at: path, for: caller)), reply)
                        } catch {
                            end(task, type, for: caller, Refusal(error, of: task).answer, reply)
                        }
                    }
                } catch {
                    throw ServiceError(upload: .notFetched(error), at: path)
                }
            }
        } catch {
            throw Refusal(error, of: task)
        }
    }

    private func incoming(_ text: JSONValue, at path: String) throws(ServiceError) -> Intake.Source {
        do throws(IntakeError) {
            return try uploads.source(of: text.bytes)
        } catch {
            throw ServiceError(upload: error, at: path)
        }
    }

    /// The file at an address. Waits for the other side.
    private func fetch(
        _ address: String, at path: String, with client: Client
    ) throws(ServiceError) -> ByteBuffer {
        do throws(IntakeError) {
            return try uploads.fetch(address, with: client)
        } catch {
            throw ServiceError(upload: error, at: path)
        }
    }

    private func keep(
        _ file: consuming ByteBuffer, at path: String, for caller: Caller
    ) throws(ServiceError) -> MediaLibrary.Media {
        let upload: Upload
        do throws(IntakeError) {
            upload = try Upload(file, longestSide: settings.longestUpload, uploads)
        } catch {
            throw ServiceError(upload: error, at: path)
        }
        let probe = upload.probe
        do throws(TaskError) {
            return try media.keep(upload.takeFile(), probe, for: caller.namespace)
        } catch {
            throw ServiceError(error)
        }
    }

    /// Answers a task that is done at once, and remembers it.
    func end(
        _ task: JSONValue, _ type: TaskType, for caller: Caller, _ answer: Answer, _ reply: Say
    ) {
        if let key = task.bookKey(of: caller) {
            book.note(key, TaskBook.Entry(type: type, request: echo(task), state: .answered(answer)))
        }
        var answer = answer
        answer.isResult = answer.errors.isEmpty
        reply(answer, .only)
    }
}

extension ServiceError {
    /// Why a text leads to no picture to keep.
    fileprivate init(upload error: IntakeError, at path: String) {
        let forms = """
            The image must be specified in one of the following formats: a data URI string, a base64 encoded image, or a \
            publicly accessible URL. Supported formats are: PNG, JPG, WEBP, BMP, and GIF.
            """
        self = .parameter(.invalid(path, "\(forms) Here, \(error.description)."))
    }
}
