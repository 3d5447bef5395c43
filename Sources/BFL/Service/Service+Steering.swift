import Bytes
import Crypto
import HTTP
import Steering
import Tasks
import Time

extension Service {
    /// Has the rules and the texts of a request that is no submission carried out. Throws the answer if they give one.
    func steer(_ kind: ExchangeKind, _ request: borrowing Request, about task: TaskID? = nil) throws(ServiceError) {
        let texts = try texts(of: request, on: kind)
        guard steering.hasRules || texts.header != nil || texts.key != nil else { return }
        let key: KeyID? =
            if let sent = request.field(Contract.keyField) {
                KeyID(sent)
            } else {
                task.flatMap { ((try? tasks.task($0)) ?? nil)?.record.namespace.key }
            }
        let question = Steering.Question(kind, by: key, at: request.routedPath.text) {
            SHA256.digest("\(kind.rawValue) \(task.map { "\($0)" } ?? "")".utf8.span)
        }
        var effects = steering.effects(on: question)
        if let text = texts.header { steering.add(text, from: .header, to: &effects, question) }
        if let text = texts.key { steering.add(text, from: .key, to: &effects, question) }
        steering.note(effects, for: key, in: request.notes)
        if let answer = effects.answer { throw .scripted(answer) }
    }

    /// The script of a submission, with the effects of rules and header.
    func script(
        of request: borrowing Request, by caller: Caller, _ body: SharedBytes
    ) throws(ServiceError) -> SubmissionScript {
        let texts = try texts(of: request, on: .submit)
        let question = Steering.Question(.submit, by: caller.key.id, at: request.routedPath.text) {
            SHA256.digest(body.bytes)
        }
        return SubmissionScript(steering, question, header: texts.header, key: texts.key)
    }

    /// The texts in a request's fields.
    private func texts(
        of request: borrowing Request, on kind: ExchangeKind
    ) throws(ServiceError) -> (header: SteeringText?, key: SteeringText?) {
        do throws(TextMistake) {
            let header = try SteeringText.header(of: request, on: kind)
            guard let sent = request.field(Contract.keyField) else { return (header, nil) }
            return (header, try SteeringText.behind(key: sent))
        } catch {
            throw ServiceError(error)
        }
    }
}

extension ServiceError {
    /// The error for a text that steers and cannot be read.
    init(_ mistake: TextMistake) {
        let place: Detail.Place =
            switch mistake.source {
            case .header: .header("x-emulator")
            case .key: .header(Contract.keyField)
            case .prompt: .field("prompt")
            case .picture: .field("input_image")
            }
        // The text is not echoed: it may stand behind a key.
        self = .invalid([Detail(.value(mistake.message), place, .null)])
    }
}
