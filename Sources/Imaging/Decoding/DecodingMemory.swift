internal import Synchronization
internal import System

/// The memory that all pictures together may take while they are decoded.
///
/// The header tells how much a picture may need (`ImageProbe.decodingBytes`). A single picture always gets its share, since
/// `ImageLimits` bounds what one picture may need.
public final class DecodingMemory: Sendable {
    private let limit: Int
    private let state = Locked(State())

    private struct State {
        var used = 0
        var whenFreed: (@Sendable () -> Void)?
    }

    public init(limit: Int) { self.limit = limit }

    /// The memory of one picture, until it is given back or deinitialized.
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

    /// Reserves bytes if they are free.
    public func share(of bytes: Int) -> Share? {
        state.withLock { take(bytes, from: &$0) ? Share(self, bytes) : nil }
    }

    /// Reserves bytes; waits until they are free.
    public func awaitedShare(of bytes: Int) -> Share {
        state.wait { take(bytes, from: &$0) ? .done(Share(self, bytes)) : .again }
    }

    /// Calls `body` whenever memory is given back, on the thread that gives it back.
    public func whenFreed(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.whenFreed = body }
    }

    /// The bytes that are reserved.
    public var inUse: Int { state.withLock { $0.used } }

    private func take(_ bytes: Int, from state: inout State) -> Bool {
        guard state.used == 0 || bytes <= limit - state.used else { return false }
        state.used += bytes
        return true
    }

    private func giveBack(_ bytes: Int) {
        let whenFreed = state.update { state in
            state.used -= bytes
            return state.whenFreed
        }
        whenFreed?()
    }
}
