import Net

/// A line on a terminal that shows how far the work is; nothing at all where nobody looks.
final class ProgressBar: Sendable {
    private let sink: any Sink
    private let isSeen: Bool
    private let state: Locked<State>

    private struct State {
        var shares: [Double]
        var shown = -1
    }

    /// A bar for so many jobs of equal weight.
    init(of jobs: Int, on sink: any Sink, isSeen: Bool = File.errorsAreSeen) {
        self.sink = sink
        self.isSeen = isSeen
        state = Locked(State(shares: Array(repeating: 0, count: jobs)))
    }

    /// A job has come so far.
    func show(_ share: Double, of job: Int) {
        guard isSeen else { return }
        state.withLock { state in
            state.shares[job] = share
            let percent = Int(state.shares.reduce(0, +) * 100 / Double(state.shares.count))
            guard percent != state.shown else { return }
            state.shown = percent
            let done = percent * 40 / 100
            let bar = String(repeating: "#", count: done) + String(repeating: ".", count: 40 - done)
            sink.write("\r[\(bar)] \(percent) %")
        }
    }

    /// Writes a line of its own, above the bar.
    func say(_ line: String) {
        state.withLock { state in
            if state.shown >= 0 { sink.write("\r\u{1B}[K") }
            state.shown = -1
            sink.write(line)
        }
    }

    /// Leaves the terminal as it was.
    func end() {
        state.withLock { state in
            if state.shown >= 0 { sink.write("\r\u{1B}[K") }
            state.shown = -1
        }
    }
}
