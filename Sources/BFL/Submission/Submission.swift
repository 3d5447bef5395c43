import Bytes
import HTTP
import Imaging
import Intake
import JSON
import Outbound
import Outpainting
import Tasks

/// A request that fits the schema, on its way to become a task.
struct Submission: Sendable {
    private let service: Service
    private let wish: OutpaintRequest
    private let caller: Caller

    /// What belongs to the caller.
    var namespace: Namespace { caller.namespace }

    /// Reads a request: its body, its key, and its fields.
    init(_ request: consuming Request, to service: Service) throws(ServiceError) {
        let isJSON = request.hasJSONBody
        var body = request.takeBody()
        let payload = try Payload(body.takeShared(), isJSON: isJSON, valueLimit: service.settings.valueLimit)
        caller = try service.caller(request)
        wish = try OutpaintRequest(payload.value(), errorLimit: service.settings.errorLimit)
        self.service = service
    }

    /// What the caller sent for an image.
    func source() throws(ServiceError) -> Intake.Source {
        let source: Intake.Source
        do throws(IntakeError) {
            source = try service.intake.source(of: wish.inputImage.bytes)
        } catch {
            throw refusal(error)
        }
        switch consume source {
        // Told before anything is fetched in vain.
        case .address where wish.mode == .fast: throw badImage(PlacementError.fastNeedsInlineImage.description)
        case .address(let address): return .address(address)
        case .file(let file): return .file(file)
        }
    }

    func fetch(_ address: String, with client: Client) throws(ServiceError) -> ByteBuffer {
        do throws(IntakeError) {
            return try service.intake.fetch(address, with: client)
        } catch {
            throw refusal(error)
        }
    }

    /// Has a picture made of the image, if it is one, lies well, and is paid for.
    func accept(_ file: consuming ByteBuffer) throws(ServiceError) -> Accepted {
        let image = try probe(file)
        try place(image)
        let cost = service.settings.cost(of: wish)
        do throws(TaskError) {
            var order = Order(try service.workshop.reference(file), recipe)
            order.cost = Int64((cost * 1e6).rounded())
            order.activeLimit = service.settings.activeTasks
            order.note = prompt
            let task = try service.workshop.submit(order, by: caller.namespace)
            service.announce(task.id, base: caller.base)
            return Accepted(
                id: "\(task.id)", next: next(task), cost: cost,
                inputMegapixels: megapixels(image.width * image.height),
                outputMegapixels: megapixels(wish.width * wish.height))
        } catch {
            throw ServiceError(error)
        }
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
            var sentence = wish.inNumbersSent(error.description)
            // It ends in the advice to crop.
            if case .outOfBounds = error { sentence += " with auto_crop" }
            throw .invalid([.value(sentence, .body, wish.body)])
        }
    }

    /// Why there is no image to work with. What is this server's fault is not said to be the image's.
    func refusal(_ error: IntakeError) -> ServiceError {
        switch error {
        case .notFetched(.full): .tooMany("Too many images are being fetched", retryAfter: 1)
        case .notFetched(.stopped): .stopping
        case .noMemory: .tooMany("Too many large images are being read", retryAfter: 1)
        default: badImage(error.description)
        }
    }

    /// What is wrong with the image, in the form of the schema's refusals.
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

    /// The beginning of the prompt, which the result says again.
    private var prompt: SharedBytes? {
        wish.prompt.map { SharedBytes(ByteBuffer($0.bytes.characters(upTo: service.settings.promptLimit))) }
    }

    private func next(_ task: Snapshot) -> Accepted.Next {
        if let url = service.settings.webhookURL { return .webhook(url: url, status: .pending) }
        return .poll(url: "\(caller.base)\(Contract.result.path.text)?id=\(task.id)")
    }
}

extension OutpaintRequest {
    fileprivate var canvas: Size { Size(width: width, height: height) }

    /// A sentence about sizes and offsets, with those as they were sent of which only the nearest that fits into 64 bits could
    /// be read. A sentence names them in the order of the fields.
    fileprivate func inNumbersSent(_ sentence: String) -> String {
        let fields: [(name: StaticString, read: Int?)] = [
            ("width", width), ("height", height), ("reference_offset_x", referenceOffsetX),
            ("reference_offset_y", referenceOffsetY),
        ]
        let beyond = fields.filter { $0.read == .max || $0.read == .min }.compactMap { body[$0.name] }
        var sent = beyond.map { value in value.bytes.text }[...]
        if sent.isEmpty { return sentence }
        var (said, number) = ("", "")
        for character in sentence + " " {
            if character == "-" || character.isNumber {
                number.append(character)
                continue
            }
            said += number == "\(Int.max)" || number == "\(Int.min)" ? sent.popFirst() ?? number : number
            said.append(character)
            number = ""
        }
        return String(said.dropLast())
    }
}

extension Settings {
    /// Credits for a request's picture: each megapixel that is begun counts as one.
    func cost(of wish: OutpaintRequest) -> Double {
        let megapixels = (wish.width * wish.height + (1 << 20) - 1) >> 20
        return Double(megapixels) * (wish.mode == .fast ? fastPrice : highPrice)
    }
}

/// Megapixels of 1,048,576 with two decimals, rounded as Python does: an eighth is 0.12.
private func megapixels(_ pixels: Int) -> Double {
    (Double(pixels) / Double(1 << 20) * 100).rounded(.toNearestOrEven) / 100
}

extension ServiceError {
    /// What stands in the way of one more task.
    init(_ error: TaskError) {
        self =
            switch error {
            case .insufficientCredits: .insufficientCredits
            case .stopping: .stopping
            case .tooManyActive(_, let seconds): .tooMany("Too many active tasks", retryAfter: seconds)
            case .queueFull(let seconds), .storageFull(let seconds), .tooManyKnown(_, let seconds):
                .tooMany(error.sentence, retryAfter: seconds)
            }
    }
}
