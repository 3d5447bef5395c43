internal import Glibc

/// A moment of emulated time, in nanoseconds since 1970 in UTC without leap seconds. Used for dates, expiries, rates
/// and retries. A `Clock` supplies the current one.
public struct Instant: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public init(secondsSince1970 seconds: Int) { self = Instant(nanoseconds: 0) + .seconds(seconds) }

    /// Represents "never". No clock reaches it.
    public static let never = Instant(nanoseconds: .max)

    /// The wall-clock time of the machine, which can be changed at any moment. Used for logs and to initialize a clock.
    /// The corresponding C function is `clock_gettime`.
    public static var machine: Instant {
        var time = timespec()
        // The kernel fills `time`. `CLOCK_REALTIME` always exists, so the call cannot fail.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// The whole second that contains the moment, rounded down also before 1970.
    public var secondsSince1970: Int { CalendarTime.floored(Int(nanoseconds), 1_000_000_000) }

    @inlinable
    public static func < (one: Instant, other: Instant) -> Bool { one.nanoseconds < other.nanoseconds }

    @inlinable
    public static func + (moment: Instant, time: Interval) -> Instant {
        Instant(nanoseconds: moment.nanoseconds.clampedSum(time.nanoseconds))
    }

    @inlinable
    public static func - (moment: Instant, time: Interval) -> Instant {
        Instant(nanoseconds: moment.nanoseconds.clampedDifference(time.nanoseconds))
    }

    @inlinable
    public static func - (one: Instant, other: Instant) -> Interval {
        Interval(nanoseconds: one.nanoseconds.clampedDifference(other.nanoseconds))
    }
}
