import Bytes
import Imaging
import Outpainting
import Parallel
import System
import TestSupport

@testable import Tasks

/// How pictures are made in a test.
final class Making: Sendable {
    private struct State {
        var isHeld = false
        var progress = 0.0
        var outcome = Outcome.ready
    }

    private let state = Locked(State())

    /// From now on pictures are begun, but not finished before `release`.
    func hold() { state.withLock { $0.isHeld = true } }
    func release() { state.withLock { $0.isHeld = false } }

    /// How far a picture is that is held.
    var progress: Double {
        get { state.withLock { $0.progress } }
        set { state.withLock { $0.progress = newValue } }
    }

    /// How the next ones end.
    var outcome: Outcome {
        get { state.withLock { $0.outcome } }
        set { state.withLock { $0.outcome = newValue } }
    }

    fileprivate var isHeld: Bool { state.withLock { $0.isHeld } }
}

/// Makes of any file that file with the canvas behind it.
final class FakeMaker: Maker {
    private let making: Making

    init(_ making: Making) { self.making = making }

    func make(
        _ reference: Span<UInt8>, _ recipe: Recipe, on workers: SpareHands, into file: inout ByteBuffer,
        decoded: @escaping @Sendable () -> Void, goOn: @escaping @Sendable (Double) -> Bool
    ) -> Outcome {
        while making.isHeld, goOn(making.progress) { pause(milliseconds: 1) }
        file.append(reference)
        file.append(" on \(recipe.canvas)")
        return making.outcome
    }
}
