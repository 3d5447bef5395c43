internal import Parallel
internal import Synchronization

/// The threads that render one picture: the whole pool while no other picture is being made, otherwise only the
/// worker's own thread. The choice is made for each step, so a picture that arrives meanwhile gets its core.
struct SharedWorkers: Workers {
    let pool: ComputePool
    let running: RunningCount

    /// How many pictures are being made.
    final class RunningCount: Sendable {
        let value = Atomic<Int>(0)
    }

    var count: Int { pool.count }

    func run(_ body: @Sendable (Int) -> Void) {
        if running.value.load(ordering: .relaxed) == 1 { return pool.run(body) }
        for number in 0..<count { body(number) }
    }
}
