import Net
import System

/// A line on a terminal that shows how far the work is; nothing at all where nobody looks.
final class ProgressBar: Sendable {
    private let sink: any Sink
    private let isSeen: Bool
    private let columns: @Sendable () -> Int?
    private let state: Locked<State>

    private struct State {
        var shares: [Double]
        var shown = -1
    }

    /// A bar for so many jobs of equal weight. `columns` is asked each time: a window may change its size.
    init(
        of jobs: Int, on sink: any Sink, isSeen: Bool,
        columns: @escaping @Sendable () -> Int? = { StandardStreams.errorColumns }
    ) {
        (self.sink, self.isSeen, self.columns) = (sink, isSeen, columns)
        state = Locked(State(shares: Array(repeating: 0, count: jobs)))
    }

    /// A job has come so far.
    func show(_ share: Double, of job: Int) {
        guard isSeen else { return }
        state.withLock { state in
            state.shares[job] = share
            draw(&state)
        }
    }

    /// Writes a line of its own, above the bar, with which a job ends.
    func say(_ line: String, endOf job: Int) {
        state.withLock { state in
            clear(&state)
            sink.write(line)
            guard isSeen else { return }
            state.shares[job] = 1
            draw(&state)
        }
    }

    /// Leaves the terminal as it was.
    func end() {
        state.withLock { clear(&$0) }
    }

    private func draw(_ state: inout State) {
        let percent = Int(state.shares.reduce(0, +) * 100 / Double(state.shares.count))
        guard percent != state.shown else { return }
        state.shown = percent
        // Brackets, a number and the column that must stay free so that no line is wrapped take ten.
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
