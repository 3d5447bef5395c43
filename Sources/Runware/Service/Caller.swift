import Steering
import Tasks

/// The sender of a request or a message, and its options.
struct Caller: Sendable {
    let namespace: Namespace
    /// The base URL for this caller's links, such as `http://127.0.0.1:4880`.
    let base: String
    /// Whether tasks are only validated and priced.
    let isDryRun: Bool
    /// What the caller's header and key say about its exchanges.
    let header: SteeringText?
    let keyText: SteeringText?

    init(_ key: SentKey, base: String, isDryRun: Bool, header: SteeringText? = nil) {
        namespace = key.key.namespace(in: Service.name)
        (self.base, self.isDryRun, self.header, keyText) = (base, isDryRun, header, key.text)
    }
}

/// A key as the client sent it: the key itself, and what the text behind it says.
struct SentKey: Sendable {
    let key: APIKey
    let text: SteeringText?

    init(_ key: APIKey) { (self.key, text) = (key, nil) }

    init(_ sent: Span<UInt8>) throws(Refusal) {
        key = APIKey(sent)
        do throws(TextMistake) {
            text = try SteeringText.behind(key: sent)
        } catch {
            throw Refusal([.steering(error)], of: .authentication)
        }
    }
}
