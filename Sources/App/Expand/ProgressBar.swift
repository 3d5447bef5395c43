import Net
import System

/// A progress line on a terminal; no output if there is no terminal.
final class ProgressBar: Sendable {
    private let sink: any Sink
    private let isSeen: Bool
    private let columns: @Sendable () -> Int?
    private let state: Locked<State>

    private struct State {
        var shares: [Double]
        var shown = -1
    }

    /// Creates a bar for jobs of equal weight. `columns` is called each time, since a window can be resized.
    init(
        of jobs: Int, on sink: any Sink, isSeen: Bool,
        columns: @escaping @Sendable () -> Int? = { StandardStreams.errorColumns }
    ) {
        (self.sink, self.isSeen, self.columns) = (sink, isSeen, columns)
        state = Locked(State(shares: Array(repeating: 0, count: jobs)))
    }

    /// Updates the progress of a job.
    func show(_ share: Double, of job: Int) {
        guard isSeen else { return }
        state.withLock { state in
            state.shares[job] = share
            draw(&state)
        }
    }

    /// Prints a line above the bar when a job ends.
    func say(_ line: String, endOf job: Int) {
        state.withLock { state in
            clear(&state)
            sink.write(line)
            guard isSeen else { return }
            state.shares[job] = 1
            draw(&state)
        }
    }

    /// Clears the bar.
    func end() {
        state.withLock { clear(&$0) }
    }

    private func draw(_ state: inout State) {
        let percent = Int(state.shares.reduce(0, +) * 100 / Double(state.shares.count))
        guard percent != state.shown else { return }
        state.shown = percent
        // Ten columns are for the brackets, the number and a free column that prevents wrapping.
        let cells = min(40, (columns() ?? 80) - 10)
        let done = percent * cells / 100
        let bar =
            cells < 10
            ? "" : "[" + String(repeating: "#", count: done) + String(repeating: ".", count: cells - done) + "] "
        sink.write("\r\(bar)\(percent) %")
    }

    private func clear(_ state: inout State) {
        if state.shown >= 0 { sink.write("\r\u{1B}[K") }
        state.shown = -1
    }
}
