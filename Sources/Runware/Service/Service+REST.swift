import Bytes
import HTTP
import JSON
import Tasks

extension Service {
    /// Answers a message that came by POST. Its body is read on a thread that has time for it.
    func post(_ request: consuming Request, _ responder: Responder) {
        if request.field("x-key") != nil, request.field("authorization") == nil {
            return responder.respond(Router.plainFallback(request, .notFound))
        }
        let box = TransferBox(request)
        threads.run { read(box.take(), responder) }
    }

    private func read(_ request: consuming Request, _ responder: Responder) {
        let (base, isDryRun, sent) = (base(request), request.isDryRun, request.bearer)
        var body = request.takeBody()
        do throws(Refusal) {
            let tasks = try all(in: body.takeBuffer())
            let caller = Caller(try key(sent, tasks), base: base, isDryRun: isDryRun)
            let others = tasks.filter { !$0.isAuthentication }
            guard !others.isEmpty else { return responder.respond(response(to: Answer())) }
            let gathering = Gathering(tasks: others.count) { responder.respond(response(to: $0)) }
            for (index, task) in others.enumerated() { perform(task, for: caller, gathering.reply(for: index)) }
        } catch {
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

    /// The tasks of a message.
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

    /// The key of a message: that of its header, or else of its first task that has one.
    private func key(_ sent: APIKey?, _ tasks: [JSONValue]) throws(Refusal) -> APIKey {
        var key = sent
        if key == nil, let task = tasks.first(where: \.isAuthentication) { key = try authentication(task).key }
        guard let key else { throw Refusal([.missingKey], of: .authentication) }
        guard knows(key) else { throw Refusal([.wrongKey], of: .authentication) }
        return key
    }

    /// What a task says of who is there. Its errors have no task's name: clients wait for those without.
    func authentication(_ task: JSONValue) throws(Refusal) -> (key: APIKey, session: TaskID?) {
        var wish = Authentication(key: task)
        let violations = Authentication.description.read(task, into: &wish, limit: settings.errorLimit)
        if !violations.isEmpty { throw Refusal(violations.map(ServiceError.parameter), of: .authentication) }
        return (APIKey(wish.key.bytes), wish.session.flatMap { TaskID($0.utf8.span) })
    }

    /// A whole answer by REST. What was refused decides the status where nothing went well; what went wrong only later, with a
    /// task that had been accepted, does not.
    private func response(to answer: Answer) -> Response {
        var response = Response(status(of: answer), contentType: "application/json", answer.body())
        for error in answer.errors {
            guard case .busy(_, let seconds) = error.error else { continue }
            response.add("retry-after", decimal: seconds)
            break
        }
        return response
    }

    private func status(of answer: Answer) -> Status {
        guard let error = answer.errors.first(where: { !$0.isLate }) else { return .ok }
        return answer.items.isEmpty ? error.error.status : Status(settings.partialStatus)
    }
}

extension Request {
    /// The key that `authorization` brings. RFC 6750, 2.1.
    fileprivate var bearer: APIKey? {
        borrowing get {
            guard let field = field("authorization") else { return nil }
            let scheme: StaticString = "bearer "
            guard field.count > scheme.utf8CodeUnitCount,
                field.extracting(first: scheme.utf8CodeUnitCount).equalsIgnoringCase(scheme)
            else { return nil }
            // There may be more spaces than the one.
            var start = scheme.utf8CodeUnitCount
            while start < field.count, field[start] == UInt8(ascii: " ") { start += 1 }
            return start < field.count ? APIKey(field.extracting(start...)) : nil
        }
    }

    /// Whether tasks are only to be checked and priced.
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
    /// Whether this is a task that says who is there.
    var isAuthentication: Bool { isTask("authentication") }

    /// Whether this is a task of a type.
    func isTask(_ type: StaticString) -> Bool {
        guard let name = self["taskType"] else { return false }
        return name.kind == .string && name.bytes.equals(type)
    }
}
