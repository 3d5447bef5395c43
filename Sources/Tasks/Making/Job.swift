internal import Crypto
internal import Synchronization

/// A picture to be made, for one task or for several that ask for the same.
final class Job: @unchecked Sendable {
    let content: SHA256.Digest
    let recipe: Recipe
    /// Bytes that decoding takes at most: its pictures are decoded one after the other.
    let decodingBytes: Int

    // What follows changes only while the floor's gate is held, but for the progress.

    /// Gone when the work has begun: the job may stand in further lines for longer.
    var reference: Reference?
    var state = State.waiting
    /// Tasks whose end is not written yet.
    var tasks: [TaskRecord] = []
    var watches: [Watch] = []
    private let share = Atomic<UInt64>(0)

    /// Who is to be told of a task's end.
    struct Watch {
        let id: TaskID
        let isAwaited: Bool
        let observer: Observer
    }

    enum State: Equatable {
        case waiting
        case running(since: Int64)
    }

    init(_ content: SHA256.Digest, _ order: Order) {
        (self.content, recipe, reference) = (content, order.recipe, order.reference)
        decodingBytes = max(order.reference.decodingBytes, order.recipe.mark?.reference?.decodingBytes ?? 0)
    }

    /// How much is done, from 0 to 1.
    var progress: Double {
        get { Double(bitPattern: share.load(ordering: .relaxed)) }
        set { share.store(newValue.bitPattern, ordering: .relaxed) }
    }
}

/// Told how a task ended.
public typealias Observer = @Sendable (Snapshot) -> Void
