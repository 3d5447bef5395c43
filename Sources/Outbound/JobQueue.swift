import System

/// Jobs that wait: for their time, in the order they are due, and then in a queue for each key.
struct JobQueue<Key: Hashable> {
    typealias Job = @Sendable (Client) -> Void

    private struct Entry {
        let due: Int64
        let key: Key
        let job: Job
    }

    /// Those whose time is to come. The first stands last, where it is taken away cheaply; those due at one time come in the
    /// order they came.
    private var later: [Entry] = []
    /// Those whose time has come.
    private var queue = FairQueue<Key, Job>()

    var count: Int { later.count + queue.count }

    /// When the first is due of those whose time is to come.
    var next: Int64? { later.last?.due }

    mutating func insert(_ job: @escaping Job, for key: Key, due: Int64) {
        var low = 0
        var high = later.count
        while low < high {
            let middle = (low + high) / 2
            if later[middle].due > due { low = middle + 1 } else { high = middle }
        }
        later.insert(Entry(due: due, key: key, job: job), at: low)
    }

    /// Takes out the job whose turn it is, of those due at a time whose keys may come.
    mutating func take(at now: Int64, of mayCome: (Key) -> Bool) -> (key: Key, element: Job)? {
        while let entry = later.last, entry.due <= now {
            queue.append(entry.job, for: entry.key)
            later.removeLast()
        }
        return queue.next(of: mayCome)
    }

    /// Whether nothing will be due before a time.
    func isIdle(before time: Int64) -> Bool { queue.count == 0 && next ?? .max >= time }
}
