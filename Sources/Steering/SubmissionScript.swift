internal import Bytes
internal import Crypto
public import HTTP
internal import Tasks

/// A text that cannot be understood, and where the client put it.
public struct TextMistake: Error, Sendable {
    public let source: TextSource
    public let error: TextError

    /// A sentence for the client.
    public var message: String { "the steering text cannot be read: \(error)" }
}

extension SteeringText {
    /// Parses the text of a source. What it may speak of depends on the source and on the exchange.
    init(_ text: String, from source: TextSource, on kind: Rule.Kind) throws(TextMistake) {
        let kinds: [Rule.Kind] =
            switch (source, kind) {
            case (.key, _): Rule.Kind.allCases.filter { $0 != .socket }
            case (_, .submit): [.submit, .webhook, .upload, .fetch]
            case (_, .socket): [.submit, .poll, .credits, .webhook, .upload, .fetch]
            default: [kind]
            }
        do throws(TextError) {
            try self.init(text, kinds: kinds)
        } catch {
            throw TextMistake(source: source, error: error)
        }
    }

    /// Parses what a client sent behind its key; `nil` if that is nothing.
    public static func behind(key sent: Span<UInt8>) throws(TextMistake) -> SteeringText? {
        guard let text = sent.keySteering else { return nil }
        do throws(TextMistake) {
            return try SteeringText(text.text, from: .key, on: .any)
        } catch {
            var moved = error.error
            moved.position += sent.keyName.text.unicodeScalars.count + 1
            throw TextMistake(source: .key, error: moved)
        }
    }

    /// Parses the header field of a request; `nil` if there is none.
    public static func header(of request: borrowing Request, on kind: Rule.Kind) throws(TextMistake) -> SteeringText? {
        guard let field = request.field("x-emulator") else { return nil }
        return try SteeringText(field.text, from: .header, on: kind)
    }
}

/// What happens to a submission: by the rules and its header at once, by the texts in its prompt, picture and key as soon as
/// they are known.
public struct SubmissionScript: Sendable {
    public private(set) var effects: Effects
    private let steering: Steering
    private let question: Steering.Question
    private let header: SteeringText?
    private let key: SteeringText?
    private var prompt: [SteeringText] = []
    private var picture: SteeringText?

    /// `request` gives what makes equal requests equal.
    public init(_ steering: Steering, _ question: Steering.Question, header: SteeringText?, key: SteeringText?) {
        (self.steering, self.question, self.header, self.key) = (steering, question, header, key)
        effects = steering.effects(on: question)
        if let header { steering.add(header, from: .header, to: &effects, question) }
    }

    /// Parses the texts in the prompt.
    public mutating func read(prompt text: String) throws(TextMistake) {
        for (text, offset) in PromptText.texts(in: text) {
            do throws(TextMistake) {
                prompt.append(try SteeringText(text, from: .prompt, on: .submit))
            } catch {
                var moved = error.error
                moved.position += offset
                throw TextMistake(source: .prompt, error: moved)
            }
        }
    }

    /// Parses the text in the picture.
    public mutating func read(picture file: Span<UInt8>) throws(TextMistake) {
        if let text = PictureText.text(in: file) { try read(pictureText: text) }
    }

    /// Parses the text that was found in the picture.
    public mutating func read(pictureText text: String) throws(TextMistake) {
        picture = try SteeringText(text, from: .picture, on: .submit)
    }

    /// Adds the effects of the texts in prompt, picture and key, in this order.
    public mutating func complete() {
        for text in prompt { steering.add(text, from: .prompt, to: &effects, question) }
        if let picture { steering.add(picture, from: .picture, to: &effects, question) }
        if let key { steering.add(key, from: .key, to: &effects, question) }
    }

    /// What happens to a fetch for the submission.
    public func effects(onFetching url: Span<UInt8>) -> Effects {
        let digest = SHA256.digest(url)
        let fetch = Steering.Question(.fetch, by: question.key) { digest }
        var effects = steering.effects(on: fetch)
        if let header { steering.add(header, from: .header, to: &effects, fetch) }
        for text in prompt { steering.add(text, from: .prompt, to: &effects, fetch) }
        if let key { steering.add(key, from: .key, to: &effects, fetch) }
        return effects
    }

    /// What the texts say of the task's own messages, to be kept with them.
    public var messages: String {
        var rules: [Rule] = []
        for text in [header].compactMap({ $0 }) + prompt + [picture, key].compactMap({ $0 }) {
            rules += text.rules.filter { $0.on == .webhook || $0.on == .upload }
        }
        return rules.map(\.text).joined(separator: "; ")
    }
}

extension Rule {
    /// The rule as a text that parses to it. It has no words for life, key, path and ttl.
    var text: String {
        var parts = ["\(on.rawValue)="]
        if let answer {
            parts.append("\(answer.status)" + (answer.retryAfter.map { " retry-after=\($0)" } ?? ""))
        }
        if let fault { parts.append(fault.text) }
        if let times { parts.append("times=\(times)") }
        if skip > 0 { parts.append("skip=\(skip)") }
        if every > 1 { parts.append("every=\(every)") }
        if let chance { parts.append("chance=\(chance)") }
        return parts[0] + parts.dropFirst().joined(separator: " ")
    }
}
