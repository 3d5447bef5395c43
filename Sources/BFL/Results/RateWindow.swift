import Bytes
import HTTP
import System
import Tasks
import Time

/// Counts each key's requests per second for the rate limit fields of responses. No request is refused.
final class RateWindow: Sendable {
    private let limit: Int
    private let window = Locked(Window(repeating: Place(), count: RateWindow.places))

    /// Windows by a hash of the key. Keys with the same hash are counted together, which is rare enough for a value
    /// that is only informative. Each window has its own second, since keys may have separate clocks.
    private typealias Window = [Place]

    private struct Place {
        var second = 0
        var count = 0
    }

    private static let places = 4096

    /// The rate limit state of a key in the current second.
    struct State {
        let limit: Int
        let remaining: Int
        /// When the count resets, in seconds since 1970.
        let reset: Int

        /// Adds the rate limit fields to a response, as the real service does for successful responses too.
        func add(to response: inout Response) {
            response.reserveFields(160)
            response.add("x-ratelimit-limit", decimal: limit)
            response.add("x-ratelimit-remaining", decimal: remaining)
            var time = ByteBuffer(capacity: 16)
            time.append(decimal: reset)
            time.append(".0" as StaticString)
            response.add("x-ratelimit-reset", time.bytes)
            response.add("retry-after", decimal: remaining > 0 ? 0 : 1)
        }
    }

    init(limit: Int) { self.limit = limit }

    /// Counts a request at a time on the key's clock.
    func count(_ key: Span<UInt8>, at now: Instant) -> State {
        let second = now.secondsSince1970
        // FNV-1a.
        var hash: UInt32 = 2_166_136_261
        for i in key.indices { hash = (hash ^ UInt32(key[i])) &* 16_777_619 }
        let number = Int((hash ^ hash >> 16) % UInt32(RateWindow.places))
        let used = window.withLock { window in
            var place = window[number]
            if place.second != second { place = Place(second: second) }
            place.count += 1
            window[number] = place
            return place.count
        }
        // The real service reports a reset one or two seconds ahead.
        return State(limit: limit, remaining: max(0, limit - used), reset: second + 2)
    }

}

// MARK: - WorldPart

/// Counts last one second, so they are not archived.
extension RateWindow: WorldPart {
    var name: StaticString { "bfl rates" }

    func reset(_ key: KeyID?) { window.withLock { $0 = Window(repeating: Place(), count: RateWindow.places) } }

    func export(_ key: KeyID?, to archive: inout ArchiveWriter) {}

    func prepare(_ content: SharedBytes) throws(WorldError) -> () throws(WorldError) -> Void {
        try reading(content) { _ in }
        return {}
    }
}
