internal import Glibc

/// A moment of the machine's monotonic clock: real time, for sockets and other real waits.
///
/// Times that clients of the emulated services see are `Instant` values instead.
public struct Ticks: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Represents "never".
    public static let never = Ticks(nanoseconds: .max)

    /// The current moment. The corresponding C function is `clock_gettime`.
    public static var now: Ticks {
        var time = timespec()
        // The kernel fills `time`. `CLOCK_MONOTONIC` always exists, so the call cannot fail.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Ticks(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    @inlinable
    public static func < (one: Ticks, other: Ticks) -> Bool { one.nanoseconds < other.nanoseconds }

    @inlinable
    public static func + (moment: Ticks, time: Interval) -> Ticks {
        Ticks(nanoseconds: moment.nanoseconds.clampedSum(time.nanoseconds))
    }

    @inlinable
    public static func - (one: Ticks, other: Ticks) -> Interval {
        Interval(nanoseconds: one.nanoseconds.clampedDifference(other.nanoseconds))
    }
}
