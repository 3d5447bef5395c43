import Bytes
import Crypto
import HTTP
import JSON
import Steering
import Tasks
import Time

extension Service {
    /// The script of a task: with all its effects, except that a submission adds those of its picture and its key later. `nil`
    /// if there are none.
    func script(of task: JSONValue, for caller: Caller) -> SubmissionScript? {
        guard steering.hasRules || caller.header != nil || caller.keyText != nil else { return nil }
        guard let type = task["taskType"] else { return nil }
        let kind: ExchangeKind =
            if type.bytes.equals("imageInference") {
                .submit
            } else if type.bytes.equals("getResponse") {
                .poll
            } else if type.bytes.equals("accountManagement") {
                .credits
            } else {
                .any
            }
        let key = caller.namespace.key
        let question = Steering.Question(kind, by: key, at: "/v1") {
            // The UUID of a task is its sender's, and usually random.
            var text = JSONWriter()
            text.object { writer in
                for member in task.members where !member.key.bytes.equals("taskUUID") {
                    writer.key(member.key.bytes)
                    writer.echo(member.value)
                }
            }
            let bytes = text.finish()
            return SHA256.digest(bytes.bytes)
        }
        var script = SubmissionScript(steering, question, header: caller.header, key: caller.keyText)
        if kind != .submit { script.complete() }
        return script
    }

    /// A script without effects so far, for a submission whose picture has a text.
    func emptyScript(for caller: Caller) -> SubmissionScript {
        let question = Steering.Question(.submit, by: caller.namespace.key, at: "/v1") { SHA256.digest(Span()) }
        return SubmissionScript(steering, question, header: nil, key: nil)
    }

    /// Has the rules and the header of a picture's request carried out. Returns the answer if they give one.
    func download(_ request: borrowing Request, _ id: TaskID) -> Response? {
        let text: SteeringText?
        do throws(TextMistake) {
            text = try SteeringText.header(of: request, on: .download)
        } catch {
            return response(to: Answer(ErrorObject(.steering(error))))
        }
        guard steering.hasRules || text != nil else { return nil }
        let key = (try? tasks.task(id)).flatMap { $0?.record.namespace.key }
        let question = Steering.Question(.download, by: key, at: request.routedPath.text) {
            SHA256.digest("download \(id)".utf8.span)
        }
        var effects = steering.effects(on: question)
        if let text { steering.add(text, from: .header, to: &effects, question) }
        steering.note(effects, for: key, in: request.notes)
        guard let scripted = effects.answer else { return nil }
        var answer = Answer(ErrorObject(.scripted(scripted)))
        answer.effects = effects
        return response(to: answer)
    }

    /// A reply that carries the effects of an exchange.
    func steered(_ reply: @escaping Reply, _ effects: Effects?) -> Reply {
        guard let effects, !effects.isEmpty else { return reply }
        return { answer, part in
            var answer = answer
            answer.effects = answer.effects ?? effects
            reply(answer, part)
        }
    }

    /// Sends a message over a WebSocket, with the effects of its exchange and of rules for messages.
    static func send(_ answer: Answer, over socket: WebSocket.Socket, for key: KeyID, _ steering: Steering) {
        var effects = answer.effects ?? Effects()
        if steering.hasRules, effects.fault == nil {
            let content = answer.content()
            let question = Steering.Question(.socket, by: key) { SHA256.digest("\(content.count)".utf8.span) }
            effects = steering.effects(on: question)
        }
        steering.send(answer.content(), over: socket, effects, for: key)
    }
}
