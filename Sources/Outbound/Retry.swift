/// When to try again what failed but may pass.
public struct Retry: Hashable, Sendable {
    /// The wait after the first try, after the second, and so on; after the last there is no other.
    public let delays: [Duration]

    /// Whether all but success is tried again, or else only what may pass.
    public private(set) var insists = false

    public init(after delays: [Duration]) { self.delays = delays }

    /// The same, of all but success.
    public var insisting: Retry {
        var retry = self
        retry.insists = true
        return retry
    }

    /// Waits that double from `first` to at most `cap`, `times` of them.
    public static func doubling(from first: Duration, upTo cap: Duration, times: Int) -> Retry {
        var delays: [Duration] = []
        var delay = min(first, cap)
        for _ in 0..<times {
            delays.append(delay)
            // Compared before it is doubled, so that nothing overflows however often that is.
            delay = delay > cap / 2 ? cap : delay * 2
        }
        return Retry(after: delays)
    }

    /// One try is all.
    public static let never = Retry(after: [])
}
