/// Jobs in the order they are due; those due at one time in the order they came.
struct JobQueue {
    typealias Job = @Sendable (Client) -> Void

    private struct Entry {
        let due: Int64
        let job: Job
    }

    /// The first to do stands last, where it is taken away cheaply.
    private var entries: [Entry] = []

    var count: Int { entries.count }

    /// When the first is due.
    var next: Int64? { entries.last?.due }

    mutating func insert(_ job: @escaping Job, due: Int64) {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].due > due { low = middle + 1 } else { high = middle }
        }
        entries.insert(Entry(due: due, job: job), at: low)
    }

    mutating func takeFirst() -> Job? { entries.popLast()?.job }
}
