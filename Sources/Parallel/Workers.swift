internal import Synchronization

/// The hands a computation may use. It never decides by their number: the bytes are the same for one and for many.
public protocol Workers: Sendable {
    /// How many bodies may run at once.
    var count: Int { get }

    /// Calls `body` once with each number below `count`, at once if hands are free, and returns when all have returned.
    ///
    /// A body may come late or only when the others are through; none may wait for another to begin.
    func run(_ body: @Sendable (Int) -> Void)
}

/// Does everything on the caller's own thread.
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
            // `each` visits every index once, so every slot is initialised once and by one thread alone.
            each(total, grain: 1) { range in
                for i in range { slots.set(i, body(i)) }
            }
            initialized = total
        }
    }
}

/// Hands out numbers, each once.
private final class Counter: Sendable {
    private let next = Atomic<Int>(0)

    func take(_ n: Int) -> Int {
        next.wrappingAdd(n, ordering: .relaxed).oldValue
    }
}

/// Uninitialised storage that several threads fill, each its own places.
@safe private struct Slots<Value>: @unchecked Sendable {
    let start: UnsafeMutablePointer<Value>?

    func set(_ i: Int, _ value: Value) {
        unsafe start.unsafelyUnwrapped.advanced(by: i).initialize(to: value)
    }
}
