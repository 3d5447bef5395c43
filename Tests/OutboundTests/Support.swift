import Bytes
import Outbound

/// A client that may reach private addresses.
let local = Client(.local)

extension Settings {
    static var local: Settings {
        var settings = Settings()
        settings.policy.allowsPrivate = true
        return settings
    }
}

extension Limits {
    init(_ change: (inout Limits) -> Void) {
        self.init()
        change(&self)
    }
}

extension SharedBytes {
    convenience init(_ text: String) { self.init(ByteBuffer(text)) }

    var text: String { bytes.text }
}

/// The error that a call throws; `nil` if it succeeds.
func reason(_ body: () throws(OutboundError) -> Void) -> OutboundError? {
    do throws(OutboundError) {
        try body()
        return nil
    } catch {
        return error
    }
}

extension Client {
    /// Fetches a URL and returns its body as text.
    func text(_ url: String, _ limits: Limits = Limits()) throws -> String { try fetch(url, limits).bytes.text }

    /// The error of a fetch; `nil` if it succeeds.
    func refusal(_ url: String, _ limits: Limits = Limits()) -> OutboundError? {
        reason { () throws(OutboundError) in _ = try fetch(url, limits) }
    }
}
