/// How emulated time runs from one real moment on.
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

    /// When it is this instant; `never` if time stands still before.
    func ticks(of instant: Instant, at ticks: Ticks) -> Ticks {
        if instant <= now(at: ticks) { return ticks }
        if isFrozen { return .never }
        let left = instant - base
        return since + (rate == 1 ? left : left.scaled(by: 1 / rate))
    }

    /// Moves to an instant; stays where it is if that is in the past.
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
