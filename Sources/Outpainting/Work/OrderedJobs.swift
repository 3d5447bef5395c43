internal import Parallel
internal import System

/// Runs jobs concurrently with the result of running them in sequence.
///
/// Each job names the region it reads and writes. A job begins as soon as no earlier unfinished job touches its region;
/// jobs with disjoint regions give the same result in any order. This makes the sequential moves of a graph cut
/// optimizer parallel without changing a byte.
final class OrderedJobs: Sendable {
    private let regions: [Rect]
    private let progress: Locked<Progress>

    private struct Progress {
        /// The first job that is not finished.
        var first = 0
        var states: [State]
    }

    private enum State { case waiting, running, finished }

    /// How far past the first unfinished job a worker looks: enough to keep a few workers busy.
    private static let lookahead = 64

    private init(_ regions: [Rect]) {
        self.regions = regions
        progress = Locked(Progress(states: Array(repeating: .waiting, count: regions.count)))
    }

    /// Calls `body` with the number of each job and the worker that does it, and returns when all jobs are done.
    static func run(
        _ regions: [Rect], on workers: some Workers,
        _ body: @Sendable (_ job: Int, _ worker: Int) -> Void
    ) {
        if workers.count == 1 {
            for job in regions.indices { body(job, 0) }
            return
        }
        let jobs = OrderedJobs(regions)
        workers.run { worker in
            while let job = jobs.begin() {
                body(job, worker)
                jobs.finish(job)
            }
        }
    }

    /// The first job that may run now; waits while none may, and is `nil` when all are finished.
    private func begin() -> Int? {
        progress.wait(spinning: true) { progress in
            let end = min(progress.first + OrderedJobs.lookahead, regions.count)
            for job in progress.first..<end where progress.states[job] == .waiting && isFree(job, progress) {
                progress.states[job] = .running
                return .done(job)
            }
            return progress.first == regions.count ? .done(nil) : .again
        }
    }

    /// Whether no unfinished earlier job touches the region.
    private func isFree(_ job: Int, _ progress: Progress) -> Bool {
        let region = regions[job]
        for other in progress.first..<job where progress.states[other] != .finished {
            if regions[other].meets(region) { return false }
        }
        return true
    }

    private func finish(_ job: Int) {
        progress.update { progress in
            progress.states[job] = .finished
            while progress.first < regions.count, progress.states[progress.first] == .finished { progress.first += 1 }
        }
    }
}
