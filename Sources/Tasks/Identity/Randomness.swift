public import Bytes
public import Crypto
internal import System

/// The one source of randomness.
///
/// Under a seed all that is drawn is a function of the seed, the namespace, the content asked for, and how often that was
/// asked before. What else is asked, in which order and on which thread, does not matter.
public final class Randomness: Sendable {
    private let seed: UInt64?
    private let occurrences = Locked<[Pair: UInt64]>([:])

    /// What is counted apart; kept for this many, then counting begins anew. Ids that are still in use are passed over then.
    private static let countedAtMost = 100_000

    private struct Pair: Hashable {
        let namespace: Namespace
        let content: SHA256.Digest
    }

    /// What one task draws: its id, and a number to show as the seed of its picture.
    public struct Draw: Sendable {
        public let id: TaskID
        public let number: UInt32
    }

    public init(seed: UInt64?) {
        self.seed = seed
    }

    /// The next draw for a content that a namespace asks for.
    public func draw(_ namespace: Namespace, _ content: SHA256.Digest) -> Draw {
        guard let seed else {
            var generator = SystemRandomNumberGenerator()
            return Draw(id: TaskID(generator.next(), generator.next()), number: generator.next())
        }
        let occurrence = occurrences.withLock { counts in
            if counts.count >= Randomness.countedAtMost { counts = [:] }
            let count = counts[Pair(namespace: namespace, content: content), default: 0]
            counts[Pair(namespace: namespace, content: content)] = count + 1
            return count
        }
        var text = ByteBuffer()
        text.append("outpaint task")
        for number in [seed, namespace.high, namespace.low, occurrence] { text.append(eight: number) }
        text.append(content.bytes)
        let numbers = SHA256.digest(text.bytes).numbers
        return Draw(id: TaskID(numbers.0, numbers.1), number: UInt32(truncatingIfNeeded: numbers.2))
    }

    /// A secret of 32 bytes for one purpose, the same at each call only under a seed.
    public func key(for purpose: StaticString) -> ByteBuffer {
        guard let seed else { return .random(32) }
        var text = ByteBuffer()
        text.append("outpaint key")
        text.append(eight: seed)
        text.append(purpose)
        return SHA256.digest(text.bytes).bytes
    }
}
