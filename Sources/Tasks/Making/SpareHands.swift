internal import Parallel
internal import Synchronization

/// The hands a picture is made with: all there are while no other picture is being made, and the maker's own otherwise. It asks
/// anew for each step, so that whoever comes in the middle has their core.
struct SpareHands: Workers {
    let crew: ComputePool
    let busy: Busy

    /// How many pictures are being made.
    final class Busy: Sendable {
        let count = Atomic<Int>(0)
    }

    var count: Int { crew.count }

    func run(_ body: @Sendable (Int) -> Void) {
        if busy.count.load(ordering: .relaxed) == 1 { return crew.run(body) }
        for number in 0..<count { body(number) }
    }
}
