/// Moves one noncopyable value to another thread, which takes it out once.
public final class TransferBox<Value: ~Copyable & Sendable>: @unchecked Sendable {
    // Unchecked: one thread fills the box and one takes the value out; the handover of the box orders both.
    private var value: Value?

    public init(_ value: consuming Value) { self.value = .some(value) }

    /// Takes the value out. Traps the second time.
    public func take() -> Value {
        guard let taken = value.take() else { preconditionFailure("a value was taken twice") }
        return taken
    }
}
