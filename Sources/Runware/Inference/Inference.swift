import Bytes
import Imaging
import JSON
import Outpainting
import Tasks

/// An outpainting task that fits its description, on its way to be accepted.
struct Inference: Sendable {
    let service: Service
    /// What is wanted, without what stands in the message: that goes while the task waits.
    let wish: ImageInference
    let label: TaskLabel
    let caller: Caller
    let reply: Say
    /// Whether the caller knows already that the task was taken, and hears no more of it.
    private(set) var isAcknowledged = false

    static let imagePath = "inputs.image"

    init(_ service: Service, _ wish: ImageInference, _ label: TaskLabel, for caller: Caller, _ reply: @escaping Say) {
        (self.service, self.wish, self.label) = (service, wish.apart, label)
        (self.caller, self.reply) = (caller, reply)
    }

    /// Enters the task as it was sent, so that it is known from here on. A dry run only looks whether it could be.
    func begin(_ request: @autoclosure () -> SharedBytes) throws(Refusal) {
        guard let key else { return }
        let conflict = Refusal(.conflict, of: label)
        let (conflictsAfterEnd, workshop) = (service.settings.conflictsAfterEnd, service.workshop)
        let hasEnded: (Work?) -> Bool = { work in
            let results = work?.results ?? []
            return !conflictsAfterEnd && results.allSatisfy { workshop.task($0).map { $0.record.end != nil } ?? true }
        }
        if caller.isDryRun {
            if service.book.isTaken(key, unless: hasEnded) { throw conflict }
            return
        }
        let entry = TaskBook.Entry(
            type: .imageInference, request: request(), state: .preparing(taskUUID: wish.taskUUID))
        if !service.book.begin(key, entry, orRefuse: conflict.answer, unless: hasEnded) { throw conflict }
    }

    /// Whether the caller is told only that the task was taken.
    private var isAsync: Bool {
        wish.delivery == .async || wish.webhookURL != nil && service.settings.webhookAcknowledges
    }

    /// The same on its way to something that it has to wait for, for which an asynchronous task's caller does not.
    func waiting() -> Inference {
        var waiting = self
        waiting.isAcknowledged = isAsync && !caller.isDryRun
        return waiting
    }

    /// Tells that the task was taken.
    func acknowledge() { reply(Answer(.imageInference, wish.taskUUID), .only) }

    /// Tells that the task came to nothing.
    func end(_ error: ServiceError) {
        var answer = Refusal(error.coded(service.settings.codes), of: label).answer
        if !caller.isDryRun, let key {
            service.book.change(key, to: isAcknowledged ? .failed(answer) : .answered(answer))
        }
        if !isAcknowledged { return reply(answer, .only) }
        guard let url = wish.webhookURL else { return }
        for index in answer.errors.indices { answer.errors[index].isLate = true }
        service.announce(answer, of: wish, for: caller.namespace, to: url, shakenBy: key?.id.low ?? 0)
    }

    /// Has the pictures made of an image, with another over them if there is one, if it lies well and is paid for.
    func accept(_ image: Material, _ mark: Material?) throws(ServiceError) {
        let canvas = try Canvas(wish, image.probe, service.settings)
        let cost = service.settings.cost(of: canvas.size)
        if caller.isDryRun {
            let whole = cost * Int64(wish.numberResults)
            if service.workshop.balance(of: caller.namespace) < whole { throw .insufficientCredits }
            return reply(estimate(cost), .only)
        }
        let orders = (0..<wish.numberResults).map { variant in
            var order = Order(image.reference, recipe(canvas, mark, variant: variant))
            order.cost = cost
            order.resultLifetime = service.settings.lifetime(wish.ttl)
            order.activeLimit = service.settings.activeTasks
            return order
        }
        let made: [Snapshot]
        do throws(TaskError) {
            made = try service.workshop.submit(orders, by: caller.namespace)
        } catch {
            throw ServiceError(error)
        }
        let work = Work(wish, made.map(\.id), base: caller.base)
        if let key { service.book.change(key, to: .accepted(work)) }
        service.usage.add(
            Usage.Sum(requests: 1, cost: cost * Int64(orders.count)), for: caller.namespace)
        tell(work)
    }

    /// Tells what becomes of the pictures, to whoever is to hear of it.
    private func tell(_ work: Work) {
        if isAsync, !isAcknowledged { acknowledge() }
        let isAwaited = wish.webhookURL != nil || wish.uploadEndpoint != nil
        for (number, id) in work.results.enumerated() {
            _ = service.workshop.whenDone(id, isAwaited: isAwaited) { [self] snapshot in
                // It is a thread that makes pictures that calls: writing texts of megabytes is for others.
                service.threads.run { [self] in
                    var answer = service.answer(about: snapshot, of: work, isPolled: false)
                    answer.isResult = true
                    if !isAsync { reply(answer, Part(number: number, count: work.results.count)) }
                    service.send(answer, of: snapshot, to: wish)
                }
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

    private var key: TaskBook.Key? { label.key(of: caller) }

    private func recipe(_ canvas: Canvas, _ mark: Material?, variant: Int) -> Recipe {
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
        recipe.mark = wish.watermark.mark(mark?.reference, settings)
        recipe.software = settings.software
        recipe.output = wish.output
        return recipe
    }
}

extension ImageInference {
    /// How the picture is written.
    var output: OutputFormat {
        switch format {
        case .png: .png
        case .jpg: .jpeg(quality: quality)
        case .webp: .webp(quality: quality)
        }
    }
}

extension Settings {
    /// How long a result is kept whose task says so many seconds, or nothing.
    func lifetime(_ ttl: Int?) -> Int64 {
        ttl.map { min(.seconds(Int64(min($0, 1 << 32))), longestTTL) } ?? resultLifetime
    }

    /// What a picture costs, in millionths of a dollar: each megapixel that is begun counts as one.
    func cost(of canvas: Size) -> Int64 {
        let megapixels = (canvas.width * canvas.height + (1 << 20) - 1) >> 20
        return Int64((Double(megapixels) * price * 1e6).rounded())
    }
}
