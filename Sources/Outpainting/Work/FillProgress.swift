/// A fill was cancelled by its progress callback.
public struct FillCancelled: Error, Hashable, Sendable {
    public init() {}
}

/// Receives the share of a fill that is done, from 0 to 1 and never falling; returns whether to go on.
public typealias FillProgress = @Sendable (Double) -> Bool
