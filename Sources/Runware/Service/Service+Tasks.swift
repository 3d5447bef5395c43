import Bytes
import JSON
import Tasks

extension Service {
    /// Executes one task of an authenticated message, with the effects of rules and texts.
    func perform(_ task: JSONValue, for caller: Caller, _ reply: @escaping Reply) {
        let script = script(of: task, for: caller)
        let reply = steered(reply, script?.effects)
        do throws(Refusal) {
            if let answer = script?.effects.answer { throw Refusal(.scripted(answer), of: task) }
            switch try type(of: task) {
            // Authentication has already been handled, once for the whole message.
            case .authentication: reply(Answer(), .only)
            case .ping: reply(try ping(task), .only)
            case .imageInference: try infer(task, for: caller, script, reply)
            case .imageUpload: try upload(task, for: caller, reply)
            case .mediaStorage: try keepMedia(task, for: caller, reply)
            case .accountManagement: try account(task, for: caller, reply)
            case .getResponse: try response(task, for: caller, reply)
            case .getTaskDetails: reply(try details(task, for: caller), .only)
            }
        } catch {
            note(task, for: caller, error.answer)
            reply(error.answer, .only)
        }
    }

    /// The type of a task.
    func type(of task: JSONValue) throws(Refusal) -> TaskType {
        guard task.kind == .object else { throw Refusal(.notAnObject, of: task) }
        let bounds = Bounds(type: "string", wants: "a string value")
        guard let name = task["taskType"] else { throw Refusal(.parameter(.missing("taskType", bounds)), of: task) }
        guard name.kind == .string else { throw Refusal(.parameter(.invalid("taskType", bounds)), of: task) }
        guard let type = TaskType.allCases.first(where: { name.bytes.equals($0.rawValue.utf8.span) }) else {
            throw Refusal(.unknownTaskType(name.bytes.characters(upTo: Violation.longestName).text), of: task)
        }
        return type
    }

    /// Reads a task according to its description.
    func read<Task>(
        _ object: JSONValue, _ description: Description<Task>, into task: inout Task
    ) throws(Refusal) {
        let violations = description.read(
            object, into: &task, refusingUnknown: settings.refusesUnknown, limit: settings.errorLimit)
        if !violations.isEmpty {
            throw Refusal(violations.map { .parameter($0.coded(settings.codes)) }, of: TaskLabel(object))
        }
    }

    func ping(_ task: JSONValue) throws(Refusal) -> Answer {
        var ping = Ping()
        try read(task, Ping.description, into: &ping)
        return Answer(.ping, ping.taskUUID) { writer in
            writer.key("pong")
            writer.bool(true)
        }
    }

    /// Records a refusal, so that later queries about the task return it.
    private func note(_ task: JSONValue, for caller: Caller, _ answer: Answer) {
        guard !caller.isDryRun, let type = try? type(of: task), type.isRemembered,
            let key = TaskLabel(task).key(of: caller)
        else { return }
        index.note(key, TaskIndex.Entry(type: type, request: echo(task), state: .answered(answer)))
    }

    /// The task as it was sent, with long strings shortened and the total size limited.
    func echo(_ task: JSONValue) -> SharedBytes {
        var writer = JSONWriter()
        writer.echo(task, EchoBounds(text: settings.echoLimit, end: settings.requestLimit))
        return SharedBytes(writer.finish())
    }
}

extension TaskType {
    /// Whether tasks of this type can be queried later.
    var isRemembered: Bool {
        switch self {
        case .imageInference, .imageUpload, .mediaStorage, .accountManagement: true
        case .authentication, .ping, .getResponse, .getTaskDetails: false
        }
    }
}
