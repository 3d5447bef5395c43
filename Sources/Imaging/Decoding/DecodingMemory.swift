internal import Synchronization
internal import Work

/// The memory that pictures may take while they are decoded, all of them together.
///
/// What a picture may need, its head tells (`ImageProbe.decodingBytes`). One that is alone has that in any case: how much a
/// picture may need is for `ImageLimits`.
public final class DecodingMemory: @unchecked Sendable {
    private let limit: Int
    // What follows changes only while the gate is held.
    private let gate = Gate()
    private var used = 0
    private var freed: (@Sendable () -> Void)?

    public init(limit: Int) { self.limit = limit }

    /// What one picture has of it, until that is given back or let go of.
    public final class Share: Sendable {
        private let memory: DecodingMemory
        private let bytes: Atomic<Int>

        fileprivate init(_ memory: DecodingMemory, _ bytes: Int) {
            self.memory = memory
            self.bytes = Atomic(bytes)
        }

        deinit { giveBack() }

        public func giveBack() {
            let taken = bytes.exchange(0, ordering: .relaxed)
            if taken > 0 { memory.giveBack(taken) }
        }
    }

    /// So many bytes, if they are left.
    public func share(of bytes: Int) -> Share? {
        gate.lock()
        defer { gate.unlock() }
        return take(bytes) ? Share(self, bytes) : nil
    }

    /// So many bytes, when they are left.
    public func awaitedShare(of bytes: Int) -> Share {
        gate.lock()
        defer { gate.unlock() }
        while !take(bytes) { gate.wait() }
        return Share(self, bytes)
    }

    /// Has `body` called whenever some is given back, by whoever does that.
    public func whenFreed(_ body: @escaping @Sendable () -> Void) {
        gate.lock()
        freed = body
        gate.unlock()
    }

    /// The bytes that are taken.
    public var inUse: Int {
        gate.lock()
        defer { gate.unlock() }
        return used
    }

    private func take(_ bytes: Int) -> Bool {
        guard used == 0 || bytes <= limit - used else { return false }
        used += bytes
        return true
    }

    private func giveBack(_ bytes: Int) {
        gate.lock()
        used -= bytes
        let freed = freed
        gate.wakeAll()
        gate.unlock()
        freed?()
    }
}
