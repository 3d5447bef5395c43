/// Moves one value that cannot be copied to another thread, where it is taken out once.
public final class TransferBox<Value: ~Copyable & Sendable>: @unchecked Sendable {
    // Unchecked: one thread fills the box and one takes the value out; what hands the box over orders the two.
    private var value: Value?

    public init(_ value: consuming Value) { self.value = .some(value) }

    /// Takes the value out. The second time is a bug.
    public func take() -> Value {
        guard let taken = value.take() else { preconditionFailure("a value was taken twice") }
        return taken
    }
}
