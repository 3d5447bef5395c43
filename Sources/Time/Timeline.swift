/// The course of emulated time from a moment of real time on.
struct Timeline: Equatable, Sendable {
    private(set) var base: Instant
    private(set) var since: Ticks
    private(set) var rate: Double = 1
    private(set) var isFrozen = false

    init(_ base: Instant, since: Ticks) { (self.base, self.since) = (base, since) }

    func now(at ticks: Ticks) -> Instant {
        if isFrozen { return base }
        let passed = ticks - since
        return base + (rate == 1 ? passed : passed.scaled(by: rate))
    }

    /// The moment at which the timeline reaches an instant; `never` if time is frozen before that.
    func ticks(of instant: Instant, at ticks: Ticks) -> Ticks {
        if instant <= now(at: ticks) { return ticks }
        if isFrozen { return .never }
        let left = instant - base
        // Rounded up, so that the instant is reached at the returned moment.
        return since + (rate == 1 ? left : left.scaled(by: 1 / rate) + Interval(nanoseconds: 1))
    }

    /// Moves to an instant; no effect if the instant is in the past.
    mutating func move(to instant: Instant, at ticks: Ticks) {
        base = max(now(at: ticks), instant)
        since = ticks
    }

    mutating func freeze(at ticks: Ticks) {
        move(to: now(at: ticks), at: ticks)
        isFrozen = true
    }

    mutating func run(rate: Double?, at ticks: Ticks) {
        move(to: now(at: ticks), at: ticks)
        isFrozen = false
        if let rate { self.rate = rate }
    }
}

extension Interval {
    func scaled(by factor: Double) -> Interval {
        let scaled = Double(nanoseconds) * factor
        return Interval(nanoseconds: scaled >= 9.2e18 ? .max : Int64(scaled))
    }
}
