/// A fill was asked to stop before it was through.
public struct FillCancelled: Error, Hashable, Sendable {
    public init() {}
}

/// Told how far a fill is, a share from 0 to 1 that never falls; answers whether to go on.
public typealias FillProgress = @Sendable (Double) -> Bool
