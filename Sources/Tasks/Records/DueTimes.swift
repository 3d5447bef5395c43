/// Keys with the time each is due, the earliest on top: a binary heap.
struct DueTimes<Key> {
    private var entries: [(time: Int64, key: Key)] = []

    mutating func add(_ key: Key, at time: Int64) {
        entries.append((time, key))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if entries[parent].time <= entries[child].time { return }
            entries.swapAt(parent, child)
            child = parent
        }
    }

    /// Takes out a key that is due, the earliest first.
    mutating func next(at now: Int64) -> Key? {
        guard let first = entries.first, first.time <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var child = 2 * parent + 1
            if child >= entries.count { return first.key }
            if child + 1 < entries.count, entries[child + 1].time < entries[child].time { child += 1 }
            if entries[parent].time <= entries[child].time { return first.key }
            entries.swapAt(parent, child)
            parent = child
        }
    }
}
