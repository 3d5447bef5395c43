import Bytes
import Imaging
import JSON
import Outpainting
import Steering
import Tasks
import Time

/// An outpainting task that matches its description and may be accepted.
struct Inference: Sendable {
    let service: Service
    /// The parameters without those stored in the message, which is released while the task waits.
    let wish: ImageInference
    let label: TaskLabel
    let caller: Caller
    let reply: Reply
    /// What rules and texts do to the task.
    private let script: SubmissionScript?
    /// Whether the task was acknowledged, after which nothing more is sent over this connection.
    private(set) var isAcknowledged = false

    static let imagePath = "inputs.image"

    init(
        _ service: Service, _ wish: ImageInference, _ label: TaskLabel, for caller: Caller, _ script: SubmissionScript?,
        _ reply: @escaping Reply
    ) {
        (self.service, self.wish, self.label) = (service, wish.apart, label)
        (self.caller, self.script, self.reply) = (caller, script, reply)
    }

    /// Records the task in the index under its taskUUID. A dry run only checks whether the taskUUID is free.
    func begin(_ request: @autoclosure () -> SharedBytes) throws(Refusal) {
        guard let key else { return }
        let conflict = Refusal(.conflict, of: label)
        let (conflictsAfterEnd, tasks) = (service.settings.conflictsAfterEnd, service.tasks)
        let hasEnded: (AcceptedInference?) -> Bool = { task in
            let results = task?.results ?? []
            return !conflictsAfterEnd
                && results.allSatisfy { (try? tasks.task($0)).flatMap { $0.map { $0.record.end != nil } } ?? true }
        }
        if caller.isDryRun {
            if service.index.isTaken(key, unless: hasEnded) { throw conflict }
            return
        }
        let entry = TaskIndex.Entry(
            type: .imageInference, request: request(), state: .preparing(taskUUID: wish.taskUUID))
        if !service.index.begin(key, entry, orRefuse: conflict.answer, unless: hasEnded) { throw conflict }
    }

    /// Whether the task is only acknowledged, without waiting for its results.
    private var isAsync: Bool {
        wish.delivery == .async || wish.webhookURL != nil && service.settings.webhookAcknowledges
    }

    /// Whether the results are polled for instead of sent to a webhook or an upload endpoint.
    private var isPolled: Bool { isAsync && wish.webhookURL == nil && wish.uploadEndpoint == nil }

    /// A copy for a task that waits for a fetch: an asynchronous task counts as acknowledged from here on.
    func waiting() -> Inference {
        var waiting = self
        waiting.isAcknowledged = isAsync && !caller.isDryRun
        return waiting
    }

    /// What happens to the fetch of its image.
    func fetchEffects(of source: SourceImage.Source) -> Effects {
        guard let script, case .address(let address) = source else { return Effects() }
        return script.effects(onFetching: address.utf8.span)
    }

    func acknowledge() { reply(Answer(.imageInference, wish.taskUUID), .only) }

    /// Ends a task that failed before any picture was queued.
    func end(_ error: ServiceError) {
        var answer = Refusal(error.coded(service.settings.codes), of: label).answer
        if !caller.isDryRun, let key {
            service.index.change(key, to: isAcknowledged ? .failed(answer) : .answered(answer))
        }
        if !isAcknowledged { return reply(answer, .only) }
        guard wish.webhookURL != nil else { return }
        for index in answer.errors.indices { answer.errors[index].isLate = true }
        // The answer contains no picture, so writing it reads no file. If it fails, only the webhook is lost: the task
        // can be polled.
        guard let message = try? service.webhookBody(answer) else { return }
        var wish = wish
        wish.uploadEndpoint = nil
        try? service.tasks.submitFailed(
            error.message, note: TaskNote.failure(taskUUID: wish.taskUUID, message: message.bytes.text).archived(),
            outbox: service.outbox(of: wish, shakenBy: key?.id.low ?? 0), by: caller.namespace)
    }

    /// Queues the pictures of an image, with an optional watermark, if the placement is allowed and the balance
    /// suffices.
    func accept(_ image: SourceImage, _ mark: SourceImage?) throws(ServiceError) {
        let canvas = try Canvas(wish, image.probe, service.settings)
        let cost = service.settings.cost(of: canvas.size)
        if caller.isDryRun {
            let whole = cost * Int64(wish.numberResults)
            if service.tasks.balance(of: caller.namespace) < whole { throw .insufficientCredits }
            return reply(estimate(cost), .only)
        }
        let script = try completeScript(image)
        if let answer = script?.effects.answer { throw .scripted(answer) }
        var form = ResultForm(wish, base: caller.base)
        var life = script?.effects.life
        // A checked picture is delivered with a flag, instead of being refused.
        if wish.isChecked, let flagged = life?.flagged { (life, form.isFlagged) = (flagged, true) }
        let note = TaskNote.result(form).archived()
        let orders = (0..<wish.numberResults).map { variant in
            var order = Order(image.image, recipe(canvas, mark, variant: variant))
            order.cost = cost
            order.resultLifetime = service.settings.lifetime(wish.ttl)
            order.activeLimit = service.settings.activeTasks
            order.isPolled = isPolled
            order.life = life
            order.note = note
            order.outbox = service.outbox(
                of: wish, shakenBy: (key?.id.low ?? 0) &+ UInt64(variant), steeredBy: script?.messages ?? "")
            return order
        }
        let made: [TaskRecord]
        do throws(TaskError) {
            made = try service.tasks.submit(orders, by: caller.namespace)
        } catch {
            throw ServiceError(error)
        }
        let accepted = AcceptedInference(form: form, results: made.map(\.id))
        if let key { service.index.change(key, to: .accepted(accepted)) }
        service.usage.add(Usage.Sum(requests: 1, cost: cost * Int64(orders.count)), for: caller.namespace)
        tell(accepted, service.steered(reply, script?.effects))
    }

    /// The script with the effects of the texts in picture and key.
    private func completeScript(_ image: SourceImage) throws(ServiceError) -> SubmissionScript? {
        var text: String?
        if image.probe.format == .png {
            var head = ByteBuffer()
            let file = image.image.file
            try? file.append(0..<min(file.count, PictureText.reach), to: &head)
            text = PictureText.text(in: head.bytes)
        }
        guard script != nil || text != nil else { return nil }
        var script = script ?? service.emptyScript(for: caller)
        do throws(TextMistake) {
            if let text { try script.read(pictureText: text) }
        } catch {
            throw .steering(error)
        }
        script.complete()
        return script
    }

    /// Acknowledges the task, or replies with each result when it is ready.
    private func tell(_ accepted: AcceptedInference, _ reply: @escaping Reply) {
        if isAsync {
            if !isAcknowledged { reply(Answer(.imageInference, wish.taskUUID), .only) }
            return
        }
        for (number, id) in accepted.results.enumerated() {
            let part = Part(number: number, count: accepted.results.count)
            do throws(TaskError) {
                _ = try service.tasks.whenEnded(id) { [self] view in
                    // The calling thread renders pictures, so the answer, which may take megabytes, is written on
                    // another thread.
                    service.threads.run { [self] in
                        var answer = service.answer(about: view, accepted.form, isPolled: false)
                        answer.isResult = true
                        reply(answer, part)
                    }
                }
            } catch {
                reply(Answer(ErrorObject(ServiceError(error), taskType: label.type, taskUUID: label.uuid)), part)
            }
        }
    }

    /// The answer to a dry run.
    private func estimate(_ cost: Int64) -> Answer {
        func answer(_ cost: Int64) -> Answer {
            Answer(.imageInference, wish.taskUUID) { $0.pair("cost", Double(cost) / 1e6) }
        }
        switch service.settings.estimate {
        case .total: return answer(cost * Int64(wish.numberResults))
        case .each:
            var whole = Answer()
            for _ in 0..<wish.numberResults { whole.append(answer(cost)) }
            return whole
        }
    }

    private var key: TaskIndex.Key? { label.key(of: caller) }

    private func recipe(_ canvas: Canvas, _ mark: SourceImage?, variant: Int) -> Recipe {
        let settings = service.settings
        guard var recipe = Recipe(canvas: canvas.size, fill: settings.fill) else {
            preconditionFailure("no fill is called \(settings.fill)")
        }
        (recipe.offsetX, recipe.offsetY) = (canvas.offsetX, canvas.offsetY)
        recipe.autoCrop = wish.autoCrop
        recipe.mode = wish.mode
        recipe.keepsFastRules = settings.fastHasRules
        recipe.variant = variant
        recipe.referenceSize = canvas.referenceSize
        recipe.mark = wish.watermark.mark(mark?.image, settings)
        recipe.software = settings.software
        recipe.output = wish.output
        return recipe
    }
}

extension ImageInference {
    /// The file format of the result.
    var output: OutputFormat {
        switch format {
        case .png: .png
        case .jpg: .jpeg(quality: quality)
        case .webp: .webp(quality: quality)
        }
    }
}

extension Settings {
    /// How long a result is kept, for the given `ttl` in seconds.
    func lifetime(_ ttl: Int?) -> Interval { ttl.map { min(.seconds($0), longestTTL) } ?? resultLifetime }

    /// The price of a picture, in millionths of a dollar; each started megapixel counts in full.
    func cost(of canvas: Size) -> Int64 {
        let megapixels = (canvas.width * canvas.height + (1 << 20) - 1) >> 20
        return Int64((Double(megapixels) * price * 1e6).rounded())
    }
}

extension Life {
    /// The life that ends with a flagged picture where this one ends with moderated content; `nil` if it does not.
    fileprivate var flagged: Life? {
        guard let last = steps.last, case .moderated(let moderation) = last.state, moderation.subject == .content else {
            return nil
        }
        return Life(steps.dropLast() + [Step(.ready)])
    }
}
