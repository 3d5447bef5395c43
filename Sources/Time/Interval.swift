/// A length of time, in nanoseconds. Arithmetic saturates instead of overflowing.
public struct Interval: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let zero = Interval(nanoseconds: 0)
    /// Represents an unlimited time.
    public static let longest = Interval(nanoseconds: .max)

    public static func milliseconds(_ count: Int) -> Interval { Interval(nanoseconds: 1_000_000) * count }
    public static func seconds(_ count: Int) -> Interval { Interval(nanoseconds: 1_000_000_000) * count }
    public static func minutes(_ count: Int) -> Interval { .seconds(60) * count }
    public static func hours(_ count: Int) -> Interval { .seconds(3600) * count }
    public static func days(_ count: Int) -> Interval { .hours(24) * count }

    /// Whole microseconds, milliseconds and seconds, rounded down.
    public var microseconds: Int { Int(nanoseconds / 1_000) }
    public var milliseconds: Int { Int(nanoseconds / 1_000_000) }
    public var seconds: Int { Int(nanoseconds / 1_000_000_000) }

    /// Whole milliseconds, rounded up.
    public var millisecondsRoundedUp: Int { Int(nanoseconds / 1_000_000) + (nanoseconds % 1_000_000 > 0 ? 1 : 0) }

    @inlinable
    public static func < (one: Interval, other: Interval) -> Bool { one.nanoseconds < other.nanoseconds }

    public static func + (one: Interval, other: Interval) -> Interval {
        Interval(nanoseconds: one.nanoseconds.clampedSum(other.nanoseconds))
    }

    public static func - (one: Interval, other: Interval) -> Interval {
        Interval(nanoseconds: one.nanoseconds.clampedDifference(other.nanoseconds))
    }

    public static func * (one: Interval, count: Int) -> Interval {
        let (product, overflow) = one.nanoseconds.multipliedReportingOverflow(by: Int64(count))
        if !overflow { return Interval(nanoseconds: product) }
        return Interval(nanoseconds: (one.nanoseconds < 0) == (count < 0) ? .max : .min)
    }

    public static func / (one: Interval, count: Int) -> Interval {
        Interval(nanoseconds: one.nanoseconds / Int64(count))
    }
}

extension Int64 {
    /// The sum, saturated at the bounds.
    @inlinable
    func clampedSum(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, saturated at the bounds.
    @inlinable
    func clampedDifference(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}

// MARK: - As people write it

extension Interval: CustomStringConvertible {
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ]

    /// Parses whole numbers with units, largest first: `10s`, `250ms`, `10m01s`. Only 0 needs no unit.
    public init?(_ text: String) {
        var rest = Substring(text).utf8
        if text == "0" {
            self = .zero
            return
        }
        var sum: Int64 = 0
        var units = Interval.units[...]
        repeat {
            let digits = rest.prefix { 0x30...0x39 ~= $0 }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { !(0x30...0x39 ~= $0) }
            rest = rest.dropFirst(letters.count)
            guard let count = Int64(Substring(digits)),
                let unit = units.firstIndex(where: { $0.name == Substring(letters) })
            else { return nil }
            let (part, isTooLong) = count.multipliedReportingOverflow(by: units[unit].nanoseconds)
            let (total, isTooMuch) = sum.addingReportingOverflow(part)
            if isTooLong || isTooMuch { return nil }
            sum = total
            units = units[(unit + 1)...]
        } while !rest.isEmpty
        self.init(nanoseconds: sum)
    }

    /// The value in the largest unit that divides it. Fractions of a millisecond are dropped.
    public var description: String {
        let whole = nanoseconds / 1_000_000 * 1_000_000
        if whole == 0 { return "0" }
        for (name, unit) in Interval.units where whole % unit == 0 { return "\(whole / unit)\(name)" }
        return "\(whole / 1_000_000)ms"
    }
}
