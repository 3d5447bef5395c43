/// How much of a storage each namespace has. None may have more than three times what is free then: alone it gets three
/// quarters, and whoever comes next finds room.
struct Shares {
    private var bytes: [Namespace: Int] = [:]

    /// Whether a namespace may keep so many bytes more; `free` is what is free before.
    func admit(_ more: Int, for namespace: Namespace, free: Int) -> Bool {
        bytes[namespace, default: 0] + more <= 3 * (free - more)
    }

    /// Counts bytes that a namespace keeps, or does not any more if it is fewer than none.
    mutating func add(_ more: Int, for namespace: Namespace) {
        let sum = bytes[namespace, default: 0] + more
        bytes[namespace] = sum == 0 ? nil : sum
    }
}
