/// Carries one value that cannot be copied through a closure to another thread, where it is taken out once.
public final class Parcel<Value: ~Copyable & Sendable>: @unchecked Sendable {
    // Unchecked: a parcel is filled by one thread and opened by one; what hands it over orders the two.
    private var value: Value?

    public init(_ value: consuming Value) { self.value = .some(value) }

    /// Takes the value out. The second time is a bug.
    public func open() -> Value {
        guard let taken = value.take() else { preconditionFailure("a parcel was opened twice") }
        return taken
    }
}
