/// Those who wait, in a line for each key. The lines take turns, so that a long one does not hold up a short one.
public struct Lines<Key: Hashable, Element> {
    private var lines: [Key: Line<Element>] = [:]
    /// The keys with somebody in line, in turn.
    private var turns = Line<Key>()
    public private(set) var count = 0

    public init() {}

    public mutating func append(_ element: Element, for key: Key) {
        if lines[key] == nil { turns.append(key) }
        lines[key, default: Line()].append(element)
        count += 1
    }

    /// The first in line of the key whose turn it is. Keys that may not come now keep their turn; those in line who do not
    /// want it any more are passed over, at no turn's cost.
    public mutating func next(
        of mayCome: (Key) -> Bool = { _ in true }, where isWaiting: (Element) -> Bool = { _ in true }
    ) -> (key: Key, element: Element)? {
        while let key = turns.next(where: mayCome) {
            var found: Element?
            while found == nil, let element = lines[key]?.next() {
                count -= 1
                if isWaiting(element) { found = element }
            }
            if lines[key]?.isEmpty ?? true { lines[key] = nil } else { turns.append(key) }
            if let found { return (key, found) }
        }
        return nil
    }
}

/// First in, first out.
public struct Line<Element> {
    private var elements: [Element?] = []
    private var first = 0

    public init() {}

    public var isEmpty: Bool { first == elements.count }

    public mutating func append(_ element: Element) {
        elements.append(element)
    }

    /// Takes out the first that fits; those before it stay where they are.
    public mutating func next(where fits: (Element) -> Bool = { _ in true }) -> Element? {
        for place in first..<elements.count {
            guard let element = elements[place], fits(element) else { continue }
            for earlier in stride(from: place, to: first, by: -1) { elements[earlier] = elements[earlier - 1] }
            elements[first] = nil
            first += 1
            clearAway()
            return element
        }
        return nil
    }

    /// What is gone is cleared away when it is half of all, which costs each element one move.
    private mutating func clearAway() {
        guard first * 2 >= elements.count else { return }
        elements.removeFirst(first)
        first = 0
    }
}
