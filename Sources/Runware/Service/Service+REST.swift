import Bytes
import HTTP
import JSON
import Steering
import Tasks

extension Service {
    /// Answers a message sent by POST. Its body is parsed on a thread of the pool.
    func post(_ request: consuming Request, _ responder: Responder) {
        let box = TransferBox(request)
        threads.run { [self] in read(box.take(), responder) }
    }

    private func read(_ request: consuming Request, _ responder: Responder) {
        let (base, isDryRun) = (base(request), request.isDryRun)
        do throws(Refusal) {
            let sent = try request.bearer
            let header = try header(of: request)
            var body = request.takeBody()
            let tasks = try all(in: body.takeBuffer())
            let caller = Caller(try key(sent, tasks), base: base, isDryRun: isDryRun, header: header)
            let others = tasks.filter { !$0.isAuthentication }
            responder.note { $0.describe(others, of: caller) }
            guard !others.isEmpty else { return responder.respond(response(to: Answer(), for: caller)) }
            let collector = AnswerCollector(tasks: others.count) { [self] answer in
                responder.note { $0.error = answer.errors.first?.code }
                if let effects = answer.effects {
                    steering.note(effects, for: caller.namespace.key, in: responder.notes)
                }
                responder.respond(response(to: answer, for: caller))
            }
            for (index, task) in others.enumerated() { perform(task, for: caller, collector.reply(for: index)) }
        } catch {
            responder.note { $0.error = error.answer.errors.first?.code }
            responder.respond(response(to: error.answer))
        }
    }

    private func all(in text: consuming ByteBuffer) throws(Refusal) -> [JSONValue] {
        do throws(ServiceError) {
            return try tasks(of: text)
        } catch {
            throw Refusal([error], of: nil)
        }
    }

    /// Parses a message into its tasks.
    func tasks(of text: consuming ByteBuffer) throws(ServiceError) -> [JSONValue] {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: text, maximumValues: settings.valueLimit)
        } catch {
            throw error == .tooManyValues ? .tooManyValues(limit: settings.valueLimit) : .notJSON
        }
        guard document.root.kind == .array else { throw .notAnArray }
        guard document.root.count <= settings.batchLimit else { throw .tooManyTasks(limit: settings.batchLimit) }
        return Array(document.root.elements)
    }

    /// The API key of a message: from its header, or else from the first task that has one.
    private func key(_ sent: SentKey?, _ tasks: [JSONValue]) throws(Refusal) -> SentKey {
        var key = sent
        if key == nil, let task = tasks.first(where: \.isAuthentication) { key = try authentication(task).key }
        guard let key else { throw Refusal([.missingKey], of: .authentication) }
        guard knows(key.key) else { throw Refusal([.wrongKey], of: .authentication) }
        return key
    }

    /// What the header of a request says.
    func header(of request: borrowing Request) throws(Refusal) -> SteeringText? {
        do throws(TextMistake) {
            return try SteeringText.header(of: request, on: .socket)
        } catch {
            throw Refusal(Answer(ErrorObject(.steering(error))))
        }
    }

    /// Reads an authentication task. Its errors carry no taskUUID, because clients expect authentication errors without
    /// one.
    func authentication(_ task: JSONValue) throws(Refusal) -> (key: SentKey, session: TaskID?) {
        var wish = Authentication(key: task)
        let violations = Authentication.description.read(task, into: &wish, limit: settings.errorLimit)
        if !violations.isEmpty { throw Refusal(violations.map(ServiceError.parameter), of: .authentication) }
        return (try SentKey(wish.key.bytes), wish.session.flatMap { TaskID($0.utf8.span) })
    }

    /// The REST response for a whole message. If no task succeeded, the first refusal decides the status. Failures of
    /// tasks that had been accepted do not affect it.
    func response(to answer: Answer, for caller: Caller? = nil) -> Response {
        var response = Response(status(of: answer), contentType: "application/json", answer.body())
        response.date = caller.flatMap { tasks.clock.ownTime(of: $0.namespace.key) }
        if let scripted = answer.effects?.answer, answer.items.isEmpty {
            for field in scripted.fields { response.add(field) }
            if let own = scripted.body { response.body = .bytes(ByteBuffer(own)) }
        }
        for error in answer.errors {
            guard let seconds = error.retryAfter else { continue }
            response.add("retry-after", decimal: seconds)
            break
        }
        return response
    }

    private func status(of answer: Answer) -> Status {
        guard let error = answer.errors.first(where: { !$0.isLate }) else { return .ok }
        return answer.items.isEmpty ? Status(error.status) : Status(settings.partialStatus)
    }
}

extension Request {
    /// The key in the `authorization` field. RFC 6750, 2.1.
    fileprivate var bearer: SentKey? {
        borrowing get throws(Refusal) {
            guard let field = field("authorization") else { return nil }
            let scheme: StaticString = "bearer "
            guard field.count > scheme.utf8CodeUnitCount,
                field.extracting(first: scheme.utf8CodeUnitCount).equalsIgnoringCase(scheme)
            else { return nil }
            // The scheme may be followed by more than one space.
            var start = scheme.utf8CodeUnitCount
            while start < field.count, field[start] == UInt8(ascii: " ") { start += 1 }
            return start < field.count ? try SentKey(field.extracting(start...)) : nil
        }
    }

    /// Whether tasks are only validated and priced.
    var isDryRun: Bool {
        borrowing get {
            if let field = field("x-runware-dry-run") { return field.equals("1") || field.equalsIgnoringCase("true") }
            var items = FormItems(query)
            while let item = items.next() {
                if query.extracting(item.name).isName("dryRun") {
                    let value = query.extracting(item.value)
                    return value.equals("1") || value.equalsIgnoringCase("true")
                }
            }
            return false
        }
    }
}

extension JSONValue {
    /// Whether this is an authentication task.
    var isAuthentication: Bool { isTask("authentication") }

    /// Whether this is a task of the given type.
    func isTask(_ type: StaticString) -> Bool {
        guard let name = self["taskType"] else { return false }
        return name.kind == .string && name.bytes.equals(type)
    }
}
