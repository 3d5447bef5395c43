import Bytes
import Imaging
import Outpainting
import Parallel
import System
import TestSupport

@testable import Tasks

/// Controls how `FakeMaker` makes pictures in a test.
final class Making: Sendable {
    private struct State {
        var isHeld = false
        var outcome = Outcome.ready
    }

    private let state = Locked(State())

    /// From now on pictures are started, but do not finish before `release`.
    func hold() { state.withLock { $0.isHeld = true } }
    func release() { state.withLock { $0.isHeld = false } }

    /// The outcome of the next pictures.
    var outcome: Outcome {
        get { state.withLock { $0.outcome } }
        set { state.withLock { $0.outcome = newValue } }
    }

    fileprivate var isHeld: Bool { state.withLock { $0.isHeld } }
}

/// Outputs the input file, with the size of the canvas appended as text.
final class FakeMaker: PictureMaker {
    private let making: Making

    init(_ making: Making) { self.making = making }

    func make(
        _ image: Span<UInt8>, _ recipe: Recipe, on workers: SharedWorkers, into file: inout ByteBuffer,
        decoded: @escaping @Sendable () -> Void, goOn: @escaping @Sendable (Double) -> Bool
    ) -> Outcome {
        while making.isHeld, goOn(0) { pause(milliseconds: 1) }
        file.append(image)
        file.append(" on \(recipe.canvas)")
        return making.outcome
    }
}
