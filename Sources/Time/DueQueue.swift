/// A priority queue of elements by due moment, earliest first, as a binary heap. Elements due at the same moment are
/// returned in any order.
public struct DueQueue<Moment: Comparable, Element> {
    public typealias Entry = (due: Moment, element: Element)

    // `@usableFromInline` lets other modules inline `next`, which an event loop reads in every iteration.
    @usableFromInline var heap: [Entry] = []

    @inlinable public init() {}

    @inlinable public var isEmpty: Bool { heap.isEmpty }
    @inlinable public var count: Int { heap.count }

    /// When the first element is due.
    @inlinable public var next: Moment? { heap.first?.due }
    @inlinable public var first: Entry? { heap.first }
    /// All elements, in any order.
    public var all: [Entry] { heap }

    @inlinable public mutating func insert(_ element: Element, at due: Moment) {
        var child = heap.count
        heap.append((due, element))
        while child > 0 {
            let parent = (child - 1) / 2
            if heap[parent].due <= heap[child].due { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    /// Removes the first element, if it is due at `now`.
    @inlinable public mutating func removeDue(at now: Moment) -> Entry? {
        guard let first = heap.first, first.due <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink(from: 0)
        }
        return first
    }

    /// Removes all elements for which `isTaken` is true, and returns them.
    @inlinable public mutating func removeAll(where isTaken: (Entry) -> Bool) -> [Entry] {
        let taken = heap.filter(isTaken)
        if taken.isEmpty { return [] }
        heap.removeAll(where: isTaken)
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(from: index) }
        return taken
    }

    @inlinable mutating func sink(from top: Int) {
        var parent = top
        while true {
            var child = 2 * parent + 1
            if child >= heap.count { return }
            if child + 1 < heap.count, heap[child + 1].due < heap[child].due { child += 1 }
            if heap[parent].due <= heap[child].due { return }
            heap.swapAt(parent, child)
            parent = child
        }
    }
}
