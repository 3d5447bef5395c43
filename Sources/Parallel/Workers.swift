internal import Synchronization

/// The threads that a computation may use. Results never depend on their number.
public protocol Workers: Sendable {
    /// How many bodies may run at once.
    var count: Int { get }

    /// Calls `body` once with each number below `count`, concurrently where threads are free, and returns when all have
    /// returned.
    ///
    /// A body may start late, or only when the others have returned, so no body may wait for another to start.
    func run(_ body: @Sendable (Int) -> Void)
}

/// Runs everything on the caller's thread.
public struct SingleWorker: Workers {
    public init() {}

    public var count: Int { 1 }

    public func run(_ body: @Sendable (Int) -> Void) {
        body(0)
    }
}

extension Workers {
    /// Calls `body` with runs of `grain` numbers that together are `0..<total`, each run once, in no particular order.
    public func each(_ total: Int, grain: Int, _ body: @Sendable (Range<Int>) -> Void) {
        if count == 1 || total <= grain {
            if total > 0 { body(0..<total) }
            return
        }
        let next = Counter()
        run { _ in
            while true {
                let from = next.take(grain)
                if from >= total { return }
                body(from..<min(from &+ grain, total))
            }
        }
    }

    /// The values of `body` for `0..<total`, in order, computed in any order.
    public func map<Value: Sendable>(_ total: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
        unsafe Array(unsafeUninitializedCapacity: total) { buffer, initialized in
            let slots = unsafe Slots(start: buffer.baseAddress)
            // `each` visits every index once, so every slot is initialized once and by one thread alone.
            each(total, grain: 1) { range in
                for i in range { slots.set(i, body(i)) }
            }
            initialized = total
        }
    }
}

/// Hands out each number once.
private final class Counter: Sendable {
    private let next = Atomic<Int>(0)

    func take(_ n: Int) -> Int {
        next.wrappingAdd(n, ordering: .relaxed).oldValue
    }
}

/// Uninitialized storage that several threads fill, each at indices of its own.
@safe private struct Slots<Value>: @unchecked Sendable {
    let start: UnsafeMutablePointer<Value>?

    func set(_ i: Int, _ value: Value) {
        unsafe start.unsafelyUnwrapped.advanced(by: i).initialize(to: value)
    }
}
