public import Time

/// The schedule for retrying failed attempts.
public struct Retry: Hashable, Sendable {
    /// The delay after each failed attempt. There is no attempt after the last delay.
    public let delays: [Interval]

    /// Whether every failure is retried, or only those that may be temporary.
    public private(set) var insists = false

    public init(after delays: [Interval]) { self.delays = delays }

    /// A copy that retries every failure.
    public var insisting: Retry {
        var retry = self
        retry.insists = true
        return retry
    }

    /// `times` delays that double from `first` up to `cap`.
    public static func doubling(from first: Interval, upTo cap: Interval, times: Int) -> Retry {
        var delays: [Interval] = []
        var delay = min(first, cap)
        for _ in 0..<times {
            delays.append(delay)
            // Comparing before doubling prevents overflow.
            delay = delay > cap / 2 ? cap : delay * 2
        }
        return Retry(after: delays)
    }

    /// No retries.
    public static let never = Retry(after: [])
}
