/// Deadlines of many things, most of which are moved before they are due.
///
/// A binary heap of (time, token). Moving a deadline later costs nothing here: its owner only remembers the new time, and
/// when the old entry comes up it is asked again and put back. That is the common case: every request of a kept connection
/// moves its deadline.
struct Timers {
    struct Entry {
        let time: Int64
        let token: UInt64
    }

    private var heap: [Entry] = []

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }

    /// When the first entry is due.
    var next: Int64? { heap.first?.time }

    mutating func insert(_ token: UInt64, at time: Int64) {
        var child = heap.count
        heap.append(Entry(time: time, token: token))
        while child > 0 {
            let parent = (child - 1) / 2
            if heap[parent].time <= heap[child].time { break }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    /// Drops the entries that nobody waits for any more.
    mutating func keep(where isWanted: (Entry) -> Bool) {
        let old = heap
        heap.removeAll(keepingCapacity: true)
        for entry in old where isWanted(entry) { insert(entry.token, at: entry.time) }
    }

    /// Takes the first entry out if it is due at `now`.
    mutating func popDue(at now: Int64) -> Entry? {
        guard let first = heap.first, first.time <= now else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            if child >= heap.count { break }
            if child + 1 < heap.count, heap[child + 1].time < heap[child].time { child += 1 }
            if heap[parent].time <= heap[child].time { break }
            heap.swapAt(parent, child)
            parent = child
        }
        return first
    }
}
