import Bytes
import Imaging
import Intake
import JSON
import Outbound
import Tasks

extension Service {
    /// Stores a picture.
    func upload(_ task: JSONValue, for caller: Caller, _ reply: @escaping Reply) throws(Refusal) {
        var wish = ImageUpload(image: task)
        try read(task, ImageUpload.description, into: &wish)
        let immediate = ImmediateTask(
            .imageUpload, wish.taskUUID, wish.delivery, TaskLabel(task), echo(task), caller, reply)
        try keep(wish.image, at: "image", immediate) { media, writer in
            writer.pair("imageUUID", "\(media.id)")
            writer.pair("imageURL", MediaPath.address(of: media.id, media.probe.format, base: caller.base))
        }
    }

    /// Stores or deletes a picture.
    func keepMedia(_ task: JSONValue, for caller: Caller, _ reply: @escaping Reply) throws(Refusal) {
        var wish = MediaStorage(media: task)
        try read(task, MediaStorage.description, into: &wish)
        let immediate = ImmediateTask(
            .mediaStorage, wish.taskUUID, wish.delivery, TaskLabel(task), echo(task), caller, reply)
        switch wish.operation {
        case .upload:
            try keep(wish.media, at: "media", immediate) { media, writer in
                writer.pair("operation", MediaStorage.Operation.upload.rawValue)
                writer.pair("mediaUUID", "\(media.id)")
                writer.pair("mediaURL", MediaPath.address(of: media.id, media.probe.format, base: caller.base))
            }
        case .delete:
            guard let id = TaskID(wish.media.bytes),
                caller.isDryRun
                    ? media.use(id)?.namespace == caller.namespace : media.remove(id, of: caller.namespace)
            else { throw Refusal(.unknownMedia("media"), of: task) }
            end(immediate) { writer in
                if caller.isDryRun { return writer.pair("cost", 0) }
                writer.pair("operation", MediaStorage.Operation.delete.rawValue)
                writer.pair("mediaUUID", "\(id)")
            }
        }
    }

    /// Stores the picture that a string contains or refers to, and answers with the item that `said` writes.
    private func keep(
        _ text: JSONValue, at path: String, _ immediate: ImmediateTask,
        said: @escaping @Sendable (MediaLibrary.Media, inout JSONWriter) -> Void
    ) throws(Refusal) {
        do throws(ServiceError) {
            switch try incoming(text, at: path) {
            case .file(let file):
                try wait(with: file, for: immediate) { [self] file in
                    do throws(ServiceError) {
                        try keep(file, at: path, immediate, said)
                    } catch {
                        end(immediate, Refusal(error, of: immediate.label).answer)
                    }
                }
            case .address(let address):
                do throws(OutboundError) {
                    try fetches.submit(for: immediate.caller.namespace) { [self] client in
                        do throws(ServiceError) {
                            try keep(try fetch(address, at: path, with: client), at: path, immediate, said)
                        } catch {
                            end(immediate, Refusal(error, of: immediate.label).answer)
                        }
                    }
                } catch {
                    throw ServiceError(upload: .notFetched(error), at: path)
                }
            }
        } catch {
            throw Refusal(error, of: immediate.label)
        }
    }

    /// Processes a file on the thread pool, queued per caller: scaling takes a while, and a message may contain many
    /// files.
    private func wait(
        with file: consuming ByteBuffer, for immediate: ImmediateTask,
        _ look: @escaping @Sendable (consuming ByteBuffer) -> Void
    ) throws(ServiceError) {
        let count = file.count
        guard uploadsWaiting.take(count) else {
            throw .busy("Too many uploads are waiting", retryAfter: 1)
        }
        let box = TransferBox(file)
        threads.run(inQueue: UInt64(truncatingIfNeeded: immediate.caller.namespace.hashValue)) { [self] in
            defer { uploadsWaiting.giveBack(count) }
            let file = box.take()
            if threads.isStopped { return end(immediate, Refusal(.stopping, of: immediate.label).answer) }
            look(file)
        }
    }

    private func incoming(_ text: JSONValue, at path: String) throws(ServiceError) -> Intake.Source {
        do throws(IntakeError) {
            return try uploads.source(of: text.bytes)
        } catch {
            throw ServiceError(upload: error, at: path)
        }
    }

    /// Downloads the file at a URL. Blocks until the download ends.
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
        _ file: consuming ByteBuffer, at path: String, _ immediate: ImmediateTask,
        _ said: @Sendable (MediaLibrary.Media, inout JSONWriter) -> Void
    ) throws(ServiceError) {
        let upload: Upload
        do throws(IntakeError) {
            upload = try Upload(file, longestSide: settings.longestUpload, uploads)
        } catch {
            throw ServiceError(upload: error, at: path)
        }
        if immediate.caller.isDryRun { return end(immediate) { $0.pair("cost", 0) } }
        let probe = upload.probe
        let kept: MediaLibrary.Media
        do throws(TaskError) {
            kept = try media.keep(upload.takeFile(), probe, for: immediate.caller.namespace)
        } catch {
            throw ServiceError(error)
        }
        end(immediate) { said(kept, &$0) }
    }
}

extension ServiceError {
    /// The error for a string that yields no picture to store.
    fileprivate init(upload error: IntakeError, at path: String) {
        let forms = """
            The image must be specified in one of the following formats: a data URI string, a base64 encoded image, or a \
            publicly accessible URL. Supported formats are: PNG, JPG, WEBP, BMP, and GIF.
            """
        self.init(error, at: path, forms)
    }
}
