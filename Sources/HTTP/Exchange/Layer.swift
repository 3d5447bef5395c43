/// Something around the handlers of all routes: a guard, a log, a journal, a source of faults.
///
/// Calls for one exchange come in the order of the methods here, on a loop's thread; they must be short and must not wait.
public protocol Layer: Sendable {
    /// Which exchanges the layer is called for.
    var scope: LayerScope { get }

    /// Called before the handler, when the body has come if the route wants it. The first layer that answers is the last one
    /// asked, and the handler does not run.
    func before(_ exchange: inout Exchange, _ request: borrowing Request) -> Verdict

    /// Called with each answer before it is sent, with the server's own refusals too. The layer may change the answer and
    /// give it a delivery plan.
    func after(_ exchange: inout Exchange, _ response: inout Response)

    /// Called before a message of a WebSocket is sent. The first plan that a layer gives is carried out.
    func sending(_ exchange: borrowing Exchange) -> MessagePlan?

    /// Called once for each exchange: when its answer has been handed to the kernel, or when it is known that none will be.
    func finished(_ exchange: Exchange)
}

/// The exchanges that a layer is called for.
public enum LayerScope: Sendable {
    case everything
    /// Only `finished`, and only for answers of status 400 and above. Other exchanges then cost next to nothing.
    case failures
}

/// What a layer makes of a request.
public enum Verdict: ~Copyable, Sendable {
    case passOn
    /// Answer this instead.
    case answer(Response)
}

extension Layer {
    public var scope: LayerScope { .everything }
    public func before(_ exchange: inout Exchange, _ request: borrowing Request) -> Verdict { .passOn }
    public func after(_ exchange: inout Exchange, _ response: inout Response) {}
    public func sending(_ exchange: borrowing Exchange) -> MessagePlan? { nil }
    public func finished(_ exchange: Exchange) {}
}
