internal import Net

/// The one clock: whatever expires, waits or is dated asks it, so that all of it can be moved together.
public struct Clock: Sendable {
    private let read: @Sendable () -> Int64

    /// A clock that shows what `read` gives: nanoseconds since 1970 in UTC.
    public init(_ read: @escaping @Sendable () -> Int64) {
        self.read = read
    }

    /// The machine's time of this moment, and from here on by the clock that only goes forward: setting the machine's time
    /// moves nothing.
    public static func system() -> Clock {
        let offset = SystemClock.realtimeNanoseconds - SystemClock.monotonicNanoseconds
        return Clock { SystemClock.monotonicNanoseconds + offset }
    }

    /// Nanoseconds since 1970.
    public var now: Int64 { read() }
}

extension Int64 {
    /// As many nanoseconds.
    public static func seconds(_ count: Int64) -> Int64 { count * 1_000_000_000 }

    /// A time this much later; the end of time where there would be none.
    func later(by nanoseconds: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(nanoseconds)
        return overflow ? .max : sum
    }
}
