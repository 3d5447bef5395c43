import Bytes
import HTTP
import Net

/// Counts how often each key asks within a second. It is told, and nobody is refused.
final class RateWindow: Sendable {
    private let limit: Int
    private let counts = Locked(Counts())

    private struct Counts: ~Copyable {
        var second: Int64 = 0
        var byKey: [[UInt8]: Int] = [:]
    }

    /// Keys that are told apart in one second; what comes with others counts as nobody's.
    private static let keys = 1000

    /// What a key may still ask in the present second.
    struct State {
        let limit: Int
        let remaining: Int
        /// When the count begins anew, in seconds since 1970.
        let reset: Int64

        /// Tells it as the service does: with good answers, too.
        func add(to response: inout Response) {
            response.add("x-ratelimit-limit", decimal: limit)
            response.add("x-ratelimit-remaining", decimal: remaining)
            response.add("x-ratelimit-reset", "\(reset).0")
            response.add("retry-after", decimal: remaining > 0 ? 0 : 1)
        }
    }

    init(limit: Int) { self.limit = limit }

    /// Counts a request at a time in nanoseconds since 1970.
    func count(_ key: Span<UInt8>, at now: Int64) -> State {
        let second = now / 1_000_000_000
        let key = key.indices.map { key[$0] }
        let used = counts.withLock { counts in
            if counts.second != second {
                counts.second = second
                counts.byKey.removeAll(keepingCapacity: true)
            }
            let isKnown = counts.byKey[key] != nil || counts.byKey.count < RateWindow.keys
            counts.byKey[isKnown ? key : [], default: 0] += 1
            return counts.byKey[isKnown ? key : []] ?? 0
        }
        // Its end is a second or two ahead, as has been seen.
        return State(limit: limit, remaining: max(0, limit - used), reset: second + 2)
    }
}
