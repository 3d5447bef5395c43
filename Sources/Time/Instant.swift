internal import Glibc

/// A moment of emulated time, in nanoseconds since 1970 in UTC without leap seconds: what dates, expiries, rates and
/// retries are measured in. A `Clock` says which moment it is.
public struct Instant: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public init(secondsSince1970 seconds: Int) { self = Instant(nanoseconds: 0) + .seconds(seconds) }

    /// Stands for "never". Nothing that a clock shows is as late.
    public static let never = Instant(nanoseconds: .max)

    /// The time of the machine, which may be set at any moment. For logs, and for a clock to begin with. The corresponding C
    /// function is `clock_gettime`.
    public static var machine: Instant {
        var time = timespec()
        // The kernel fills in `time`; the clock always exists.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// The second that the moment lies in, before 1970 too.
    public var secondsSince1970: Int { CalendarTime.floored(Int(nanoseconds), 1_000_000_000) }

    @inlinable
    public static func < (one: Instant, other: Instant) -> Bool { one.nanoseconds < other.nanoseconds }

    @inlinable
    public static func + (moment: Instant, time: Interval) -> Instant {
        Instant(nanoseconds: moment.nanoseconds.clampedSum(time.nanoseconds))
    }

    @inlinable
    public static func - (one: Instant, other: Instant) -> Interval {
        Interval(nanoseconds: one.nanoseconds.clampedDifference(other.nanoseconds))
    }
}
