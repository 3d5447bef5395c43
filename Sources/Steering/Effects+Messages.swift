internal import Crypto
internal import HTTP
public import Outbound
internal import System
public import Tasks
public import Time

// What happens to what the emulator sends and fetches itself.

extension Effects {
    /// The failure that a fetch or a message ends with instead of being tried.
    public var outboundFailure: OutboundError? {
        if let answer { return .status(answer.status) }
        guard let fault else { return nil }
        if fault.hangs { return .time }
        return fault.reset == nil ? nil : .broken
    }

    /// Emulated time that passes first.
    public var delay: Interval? { if case .fixed(let delay) = fault?.delay { delay } else { nil } }
}

extension Steering {
    /// What happens to an attempt to send a message, by the rules and by what its task's texts say.
    public func messageFault(_ view: TaskView, _ entry: OutboxEntry) -> MessageFault? {
        guard hasRules || !entry.steering.isEmpty else { return nil }
        let key = view.record.namespace.key
        let question = Question(entry.kind == .webhook ? .webhook : .upload, by: key) {
            SHA256.digest("\(entry.kind.rawValue) \(view.id) \(entry.url)".utf8.span)
        }
        var effects = effects(on: question)
        if let text = try? SteeringText(entry.steering, upTo: SteeringText.joinedLimit) {
            add(text, from: .key, to: &effects, question)
        }
        if effects.isEmpty { return nil }
        var fault = MessageFault()
        fault.delay = effects.delay
        if let answer = effects.answer { fault.failure = 200..<300 ~= answer.status ? nil : .status(answer.status) }
        guard let wanted = effects.fault else { return fault }
        (fault.drops, fault.repeats, fault.isEarly) = (wanted.drops, wanted.repeats ?? 1, wanted.isEarly)
        fault.isReversed = wanted.order == .lastFirst
        fault.secret = wanted.secret
        if wanted.isEmpty {
            fault.body = ""
        } else if let html = wanted.html {
            fault.body = Fault.page(Status(html)).bytes.text
        } else {
            fault.breaksJSON = wanted.breaksJSON
        }
        return fault
    }
}
