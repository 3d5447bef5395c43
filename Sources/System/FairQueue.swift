/// A queue per key. The keys take turns, so a key with many elements does not delay a key with few.
public struct FairQueue<Key: Hashable, Element> {
    private var queues: [Key: Queue<Element>] = [:]
    /// The keys that have elements, in turn order.
    private var turns = Queue<Key>()
    public private(set) var count = 0

    public init() {}

    public mutating func append(_ element: Element, for key: Key) {
        if queues[key] == nil { turns.append(key) }
        queues[key, default: Queue()].append(element)
        count += 1
    }

    /// Removes the first element of the key whose turn it is.
    ///
    /// Keys for which `mayRun` is false are skipped and keep their turn. Elements for which `isWanted` is false are
    /// discarded, and this does not use up their key's turn.
    public mutating func next(
        of mayRun: (Key) -> Bool = { _ in true }, where isWanted: (Element) -> Bool = { _ in true }
    ) -> (key: Key, element: Element)? {
        while let key = turns.next(where: mayRun) {
            var found: Element?
            while found == nil, let element = queues[key]?.next() {
                count -= 1
                if isWanted(element) { found = element }
            }
            if queues[key]?.isEmpty ?? true { queues[key] = nil } else { turns.append(key) }
            if let found { return (key, found) }
        }
        return nil
    }
}

/// A first-in, first-out queue.
public struct Queue<Element> {
    private var elements: [Element?] = []
    private var first = 0

    public init() {}

    public var isEmpty: Bool { first == elements.count }
    public var count: Int { elements.count - first }

    public mutating func append(_ element: Element) {
        elements.append(element)
    }

    /// Removes the first matching element. The order of the others is unchanged.
    public mutating func next(where fits: (Element) -> Bool = { _ in true }) -> Element? {
        for place in first..<elements.count {
            guard let element = elements[place], fits(element) else { continue }
            for earlier in stride(from: place, to: first, by: -1) { elements[earlier] = elements[earlier - 1] }
            elements[first] = nil
            first += 1
            compact()
            return element
        }
        return nil
    }

    /// Frees the slots of removed elements when they are half of the storage, so each element moves about once.
    private mutating func compact() {
        guard first * 2 >= elements.count else { return }
        elements.removeFirst(first)
        first = 0
    }
}
