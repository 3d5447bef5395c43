import System
import Tasks
public import Time

/// What goes wrong with calls of a store, and how long each takes.
public final class Trouble: Sendable {
    private let state = Locked(State())

    private struct State {
        var failures = 0
        var rate = 0.0
        var random: UInt64 = 1
        var isGone = false
        var delay = Interval.zero
        var failed = 0
        var calls = 0
    }

    public init() {}

    /// Makes the next calls fail.
    public func failNext(_ count: Int) { state.withLock { $0.failures = count } }

    /// Makes a share of all calls fail, the same ones for the same seed and order of calls.
    public func fail(rate: Double, seed: UInt64 = 1) { state.withLock { ($0.rate, $0.random) = (rate, seed) } }

    /// Makes each call take so long, of real time.
    public func delay(_ time: Interval) { state.withLock { $0.delay = time } }

    /// Cuts the store off for good, or until it is connected again: what is left of a process that is gone.
    public func disconnect() { state.withLock { $0.isGone = true } }
    public func connect() { state.withLock { $0.isGone = false } }

    /// Calls so far, and those that failed.
    public var calls: Int { state.withLock { $0.calls } }
    public var failed: Int { state.withLock { $0.failed } }

    func meet() throws(StoreError) {
        let (fails, delay) = state.withLock { state in
            state.calls += 1
            state.random = state.random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let draw = Double(state.random >> 40) / Double(1 << 24)
            let fails = state.isGone || state.failures > 0 || draw < state.rate
            state.failures = max(0, state.failures - 1)
            if fails { state.failed += 1 }
            return (fails, state.delay)
        }
        if delay > .zero { sleep(delay) }
        if fails { throw .unavailable("the store is not available") }
    }

    private func sleep(_ time: Interval) {
        let end = Ticks.now + time
        Locked(false).wait { _ -> Wait<Void> in
            let now = Ticks.now
            return now >= end ? .done(()) : .againWithin(nanoseconds: (end - now).nanoseconds)
        }
    }
}
