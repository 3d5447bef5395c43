import Bytes
import HTTP
import Imaging
import Intake
import JSON
import Outbound
import Outpainting
import Steering
import Tasks

/// A request that matches the schema and may become a task.
struct Submission: Sendable {
    private let service: Service
    private let wish: OutpaintRequest
    private let caller: Caller
    /// What rules and texts do to the submission, and where that is noted.
    private var script: SubmissionScript
    private let notes: ExchangeNotes?

    /// The namespace of the caller's tasks.
    var namespace: Namespace { caller.namespace }

    /// Parses a request: its body, its key, and its fields.
    init(_ request: consuming Request, to service: Service, _ notes: ExchangeNotes?) throws(ServiceError) {
        let isJSON = request.hasJSONBody
        var body = request.takeBody()
        let text = body.takeShared()
        let payload = try Payload(text, isJSON: isJSON, valueLimit: service.settings.valueLimit)
        caller = try service.caller(request)
        script = try service.script(of: request, by: caller, text)
        service.steering.note(script.effects, for: caller.key.id, in: notes)
        if let answer = script.effects.answer { throw .scripted(answer) }
        wish = try OutpaintRequest(payload.value(), errorLimit: service.settings.errorLimit)
        do throws(TextMistake) {
            if let prompt = wish.prompt?.string { try script.read(prompt: prompt) }
        } catch {
            throw ServiceError(error)
        }
        (self.service, self.notes) = (service, notes)
    }

    /// The source of the image that the caller sent.
    func source() throws(ServiceError) -> Intake.Source {
        let source: Intake.Source
        do throws(IntakeError) {
            source = try service.intake.source(of: wish.inputImage.bytes)
        } catch {
            throw refusal(error)
        }
        switch consume source {
        // Refused here, before the image is fetched.
        case .address where wish.mode == .fast: throw badImage(PlacementError.fastNeedsInlineImage.description)
        case .address(let address): return .address(address)
        case .file(let file): return .file(file)
        }
    }

    /// What happens to the fetch of its image.
    var fetchEffects: Effects { script.effects(onFetching: wish.inputImage.bytes) }

    func fetch(_ address: String, with client: Client) throws(ServiceError) -> ByteBuffer {
        do throws(IntakeError) {
            return try service.intake.fetch(address, with: client)
        } catch {
            throw refusal(error)
        }
    }

    /// Queues a picture of the image if the image is valid, its placement is allowed, and the credits suffice.
    func accept(_ file: consuming ByteBuffer) throws(ServiceError) -> Accepted {
        let image = try probe(file)
        try place(image)
        let script = try completeScript(file)
        let cost = service.settings.cost(of: wish)
        do throws(TaskError) {
            var order = Order(try service.tasks.input(file), recipe)
            order.cost = Int64((cost * 1e6).rounded())
            order.activeLimit = service.settings.activeTasks
            order.life = script.effects.life
            order.outbox = service.outbox(steeredBy: script.messages)
            order.isPolled = order.outbox.isEmpty
            order.note = note(order.isPolled ? "" : caller.base)
            let task = try service.tasks.submit(order, by: caller.namespace)
            return Accepted(
                id: task.id, next: next(task), cost: cost,
                inputMegapixels: megapixels(image.width * image.height),
                outputMegapixels: megapixels(wish.width * wish.height))
        } catch {
            throw ServiceError(error)
        }
    }

    /// The script with the effects of the texts in prompt, picture and key.
    private func completeScript(_ file: borrowing ByteBuffer) throws(ServiceError) -> SubmissionScript {
        var script = script
        do throws(TextMistake) {
            try script.read(picture: file.bytes)
        } catch {
            throw ServiceError(error)
        }
        script.complete()
        service.steering.note(script.effects, for: caller.key.id, in: notes)
        if let answer = script.effects.answer { throw .scripted(answer) }
        return script
    }

    private func probe(_ file: borrowing ByteBuffer) throws(ServiceError) -> ImageProbe {
        do throws(IntakeError) {
            return try service.intake.probe(file)
        } catch {
            throw refusal(error)
        }
    }

    private func place(_ image: ImageProbe) throws(ServiceError) {
        let wanted = PlacementRequest(
            canvas: wish.canvas, reference: Size(width: image.width, height: image.height),
            offsetX: wish.referenceOffsetX, offsetY: wish.referenceOffsetY, autoCrop: wish.autoCrop, output: output)
        do throws(PlacementError) {
            if wish.mode == .fast {
                _ = try Placement(fast: wanted, inlineImage: true)
            } else {
                _ = try Placement(wanted)
            }
        } catch {
            var sentence = error.sentence(wish.written)
            // This message ends with the advice to crop.
            if case .outOfBounds = error { sentence += " with auto_crop" }
            throw .invalid([.value(sentence, .body, wish.body)])
        }
    }

    /// The error for an image that cannot be used. Failures of this server are not reported as faults of the image.
    func refusal(_ error: IntakeError) -> ServiceError {
        switch error {
        case .notFetched(.full): .tooMany("Too many images are being fetched", retryAfter: 1)
        case .notFetched(.stopped): .stopping
        case .noMemory: .tooMany("Too many large images are being read", retryAfter: 1)
        default: badImage(error.description)
        }
    }

    /// An error about the image, in the form of a schema error.
    private func badImage(_ reason: String) -> ServiceError {
        .invalid([.value(reason, .field("input_image"), wish.inputImage)])
    }

    private var recipe: Recipe {
        let settings = service.settings
        guard var recipe = Recipe(canvas: wish.canvas, fill: settings.fill) else {
            preconditionFailure("no fill is called \(settings.fill)")
        }
        (recipe.offsetX, recipe.offsetY) = (wish.referenceOffsetX, wish.referenceOffsetY)
        recipe.autoCrop = wish.autoCrop
        recipe.mode = wish.mode
        recipe.software = settings.software
        recipe.output = output
        return recipe
    }

    private var output: Imaging.OutputFormat {
        switch wish.outputFormat ?? .png {
        case .png: .png
        case .jpeg: .jpeg(quality: service.settings.jpegQuality)
        case .webp: .webp(quality: service.settings.webPQuality)
        }
    }

    private func note(_ base: String) -> SharedBytes? {
        var note = TaskNote()
        if let prompt = wish.prompt {
            note.prompt = ByteBuffer(prompt.bytes.characters(upTo: service.settings.promptLimit))
        }
        note.base = base
        return note.archived()
    }

    private func next(_ task: TaskRecord) -> Accepted.Next {
        if let url = service.settings.webhookURL { return .webhook(url: url, status: .pending) }
        return .poll(url: "\(caller.base)\(Contract.result.path.text)?id=\(task.id)")
    }
}

extension OutpaintRequest {
    fileprivate var canvas: Size { Size(width: width, height: height) }

    /// The original text of numbers that were too large to be represented.
    fileprivate var written: PlacementError.Written {
        func text(_ name: StaticString, _ read: Int?) -> String? {
            read == .max || read == .min ? body[name].map { $0.bytes.text } : nil
        }
        var written = PlacementError.Written()
        (written.width, written.height) = (text("width", width), text("height", height))
        written.offsetX = text("reference_offset_x", referenceOffsetX)
        written.offsetY = text("reference_offset_y", referenceOffsetY)
        return written
    }
}

extension Settings {
    /// Credits for a request's picture; each started megapixel counts in full.
    func cost(of wish: OutpaintRequest) -> Double {
        let megapixels = (wish.width * wish.height + (1 << 20) - 1) >> 20
        return Double(megapixels) * (wish.mode == .fast ? fastPrice : highPrice)
    }
}

/// Megapixels of 1,048,576 pixels with two decimals, rounded half to even as in Python: 0.125 becomes 0.12.
private func megapixels(_ pixels: Int) -> Double {
    (Double(pixels) / Double(1 << 20) * 100).rounded(.toNearestOrEven) / 100
}

extension ServiceError {
    /// Converts an error of the task service.
    init(_ error: TaskError) {
        self =
            switch error {
            case .insufficientCredits: .insufficientCredits
            case .stopping: .stopping
            case .unavailable(let seconds): .unavailable(retryAfter: seconds)
            case .tooManyActive(_, let seconds): .tooMany("Too many active tasks", retryAfter: seconds)
            case .queueFull(let seconds), .storageFull(let seconds), .tooManyKnown(_, let seconds):
                .tooMany(error.sentence, retryAfter: seconds)
            }
    }
}
