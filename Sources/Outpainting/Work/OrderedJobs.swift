internal import Work

/// Runs jobs at once whose outcome is that of running them one after the other.
///
/// Each job names the region it reads and writes. A job begins as soon as no earlier job that touches its region is
/// unfinished; jobs with disjoint regions cannot tell in which order they ran. The sequential moves of a graph cut
/// optimiser become parallel this way without changing a byte. A worker for whom there is no job yet does errands for
/// those who have one (see `Hands`).
final class OrderedJobs: @unchecked Sendable {
    // All state changes under the gate.
    private let gate = Gate()
    private let regions: [Rect]
    /// The first job that is not finished.
    private var first = 0
    private var state: [State]
    /// Workers without a job, and what one of them may do for another: there is one errand at a time.
    private var idle = 0
    private var errand = Errand.none

    private enum State { case waiting, running, finished }

    private enum Errand {
        case none
        case offered(@Sendable () -> Void)
        case taken
        case done
    }

    /// How far past the first unfinished job a worker looks: enough to keep a few hands busy.
    private static let lookahead = 64

    private init(_ regions: [Rect]) {
        self.regions = regions
        state = Array(repeating: .waiting, count: regions.count)
    }

    /// Calls `body` with the number of each job, the worker that does it and the hands of the others, and returns when
    /// all jobs are done.
    static func run(
        _ regions: [Rect], on workers: some Workers,
        _ body: @Sendable (_ job: Int, _ worker: Int, _ hands: Hands?) -> Void
    ) {
        if workers.count == 1 {
            for job in regions.indices { body(job, 0, nil) }
            return
        }
        let jobs = OrderedJobs(regions)
        workers.run { worker in
            while let job = jobs.begin() {
                body(job, worker, Hands(jobs: jobs))
                jobs.finish(job)
            }
        }
    }

    /// The first job that may run now; waits, ready for errands, while none may, and is `nil` when all are finished.
    private func begin() -> Int? {
        gate.lock()
        defer { gate.unlock() }
        while true {
            let end = min(first + OrderedJobs.lookahead, regions.count)
            for job in first..<end where state[job] == .waiting && isFree(job) {
                state[job] = .running
                return job
            }
            if first == regions.count { return nil }
            if case .offered = errand {
                runErrand()
            } else {
                idle += 1
                gate.wait()
                idle -= 1
            }
        }
    }

    /// Whether no unfinished earlier job touches the region.
    private func isFree(_ job: Int) -> Bool {
        let region = regions[job]
        for other in first..<job where state[other] != .finished {
            if regions[other].meets(region) { return false }
        }
        return true
    }

    private func finish(_ job: Int) {
        gate.lock()
        state[job] = .finished
        while first < state.count, state[first] == .finished { first += 1 }
        gate.wakeAll()
        gate.unlock()
    }
}

// MARK: - Errands

extension OrderedJobs {
    /// Workers who wait for a job of their own and can do an errand for another meanwhile.
    struct Hands {
        fileprivate let jobs: OrderedJobs

        /// Does both, the second by another worker if one has nothing to do; false, and nothing done, if none has.
        func share(_ first: () -> Void, with second: @Sendable () -> Void) -> Bool {
            withoutActuallyEscaping(second) { second in
                guard jobs.offer(second) else { return false }
                first()
                if jobs.takeBack() { second() }
                return true
            }
        }
    }

    /// Offers an errand, if a worker is idle and no other errand is on its way.
    private func offer(_ body: @escaping @Sendable () -> Void) -> Bool {
        gate.lock()
        defer { gate.unlock() }
        guard idle > 0, case .none = errand else { return false }
        errand = .offered(body)
        gate.wakeAll()
        return true
    }

    /// Ends an offer: true if nobody came for it; else the errand has been done.
    private func takeBack() -> Bool {
        gate.lock()
        defer {
            errand = .none
            gate.unlock()
        }
        if case .offered = errand { return true }
        while case .taken = errand { gate.wait() }
        return false
    }

    /// Does the errand offered; the gate is locked before and after.
    private func runErrand() {
        takeErrandAndUnlock()
        gate.lock()
        errand = .done
        gate.wakeAll()
    }

    /// Does the errand and lets go of it before it returns, so that nobody holds it when its owner goes on.
    private func takeErrandAndUnlock() {
        guard case .offered(let body) = errand else { return gate.unlock() }
        errand = .taken
        gate.unlock()
        body()
    }
}
