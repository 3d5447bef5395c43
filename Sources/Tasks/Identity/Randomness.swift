public import Bytes
public import Crypto
internal import System
public import Time

/// The only source of randomness.
///
/// With a seed, each draw is a function of the seed, the namespace, the requested content and the number of earlier
/// requests for it. Other requests, their order and the thread do not matter.
public final class Randomness: WorldPart {
    private let seed: UInt64?
    private let occurrences = Locked<[Pair: UInt64]>([:])
    /// The services whose namespaces are counted.
    let services = Locked<[StaticString]>([])

    /// The number of counters that are kept; beyond it all counters restart. IDs still in use are then skipped.
    private static let countedAtMost = 100_000

    private struct Pair: Hashable {
        let namespace: Namespace
        let content: SHA256.Digest
    }

    /// The random values of one task: its ID, and the number to report as the seed of its picture.
    public struct Draw: Sendable {
        public let id: TaskID
        public let number: UInt32
    }

    public init(seed: UInt64?) {
        self.seed = seed
    }

    /// The next draw for content that a namespace requests.
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

    /// The number that a purpose draws for a request, among all equal ones its `occurrence`.
    public func number(
        for purpose: String, _ key: KeyID?, _ request: SHA256.Digest, occurrence: Int
    ) -> UInt64 {
        guard let seed else { return .random(in: 0 ... .max) }
        var text = ByteBuffer()
        text.append("outpaint number" as StaticString)
        text.append(purpose)
        let key = key?.value ?? 0
        for number in [
            seed, UInt64(truncatingIfNeeded: key >> 64), UInt64(truncatingIfNeeded: key), UInt64(occurrence),
        ] {
            text.append(eight: number)
        }
        text.append(request.bytes)
        return SHA256.digest(text.bytes).numbers.0
    }

    // MARK: - Reset, export and import

    public var name: StaticString { "randomness" }

    public func reset(_ key: KeyID?) {
        occurrences.withLock { $0 = key == nil ? [:] : $0.filter { $0.key.namespace.key != key } }
    }

    public func export(_ key: KeyID?, to archive: inout ArchiveWriter) {
        let counts = occurrences.withLock { $0.filter { key == nil || $0.key.namespace.key == key } }
        archive.write(list: counts.map { $0 }) { entry, archive in
            archive.write(entry.key.namespace)
            archive.write(entry.key.content)
            archive.write(entry.value)
        }
    }

    public func prepare(_ content: SharedBytes) throws(WorldError) -> () throws(WorldError) -> Void {
        let counts = try reading(content) { (reader) throws(ArchiveError) in
            try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                (
                    Pair(namespace: try reader.namespace(of: services.withLock { $0 }), content: try reader.digest()),
                    try reader.word()
                )
            }
        }
        return { [occurrences] in
            occurrences.withLock { known in for (pair, count) in counts { known[pair] = count } }
        }
    }

    /// A 32-byte secret for one purpose. Repeated calls return the same secret only if a seed is set.
    public func key(for purpose: StaticString) -> ByteBuffer {
        guard let seed else { return .random(32) }
        var text = ByteBuffer()
        text.append("outpaint key")
        text.append(eight: seed)
        text.append(purpose)
        return SHA256.digest(text.bytes).bytes
    }
}
