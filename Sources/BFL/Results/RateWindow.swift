import Bytes
import HTTP
import System

/// Counts how often each key asks within a second. It is told, and nobody is refused.
final class RateWindow: Sendable {
    private let limit: Int
    private let window = Locked(Window())

    private struct Window: ~Copyable {
        var second: Int64 = 0
        /// By a hash of the key. Keys that meet in a place are counted together, which is rare enough for a number that only
        /// informs.
        var counts = [UInt32](repeating: 0, count: RateWindow.places)
    }

    private static let places = 4096

    /// What a key may still ask in the present second.
    struct State {
        let limit: Int
        let remaining: Int
        /// When the count begins anew, in seconds since 1970.
        let reset: Int64

        /// Tells it as the service does: with good answers, too.
        func add(to response: inout Response) {
            response.reserveFields(160)
            response.add("x-ratelimit-limit", decimal: limit)
            response.add("x-ratelimit-remaining", decimal: remaining)
            var time = ByteBuffer(capacity: 16)
            time.append(decimal: Int(reset))
            time.append(".0" as StaticString)
            response.add("x-ratelimit-reset", time.bytes)
            response.add("retry-after", decimal: remaining > 0 ? 0 : 1)
        }
    }

    init(limit: Int) { self.limit = limit }

    /// Counts a request at a time in nanoseconds since 1970.
    func count(_ key: Span<UInt8>, at now: Int64) -> State {
        let second = now / 1_000_000_000
        // FNV-1a.
        var hash: UInt32 = 2_166_136_261
        for i in key.indices { hash = (hash ^ UInt32(key[i])) &* 16_777_619 }
        let place = Int((hash ^ hash >> 16) % UInt32(RateWindow.places))
        let used = window.withLock { window in
            if window.second != second {
                window.second = second
                for i in window.counts.indices { window.counts[i] = 0 }
            }
            window.counts[place] &+= 1
            return Int(window.counts[place])
        }
        // Its end is a second or two ahead, as has been seen.
        return State(limit: limit, remaining: max(0, limit - used), reset: second + 2)
    }
}
