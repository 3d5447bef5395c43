/// Those who wait, in a line for each namespace. The lines take turns, so that a long one does not hold up a short one.
struct Lines<Element> {
    private var lines: [Namespace: Line<Element>] = [:]
    /// The namespaces with somebody in line, in turn.
    private var turns = Line<Namespace>()
    private(set) var count = 0

    mutating func append(_ element: Element, for namespace: Namespace) {
        if lines[namespace] == nil { turns.append(namespace) }
        lines[namespace, default: Line()].append(element)
        count += 1
    }

    /// The first in line of the namespace whose turn it is. Those who do not want it any more are passed over, at no turn's
    /// cost.
    mutating func next(where isWaiting: (Element) -> Bool) -> Element? {
        while let namespace = turns.next() {
            var found: Element?
            while found == nil, let element = lines[namespace]?.next() {
                count -= 1
                if isWaiting(element) { found = element }
            }
            if lines[namespace]?.isEmpty ?? true { lines[namespace] = nil } else { turns.append(namespace) }
            if let found { return found }
        }
        return nil
    }
}

/// First in, first out.
struct Line<Element> {
    private var elements: [Element?] = []
    private var first = 0

    var isEmpty: Bool { first == elements.count }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func next() -> Element? {
        guard first < elements.count else { return nil }
        let element = elements[first]
        elements[first] = nil
        first += 1
        // What is gone is cleared away when it is half of all, which costs each element one move.
        if first * 2 >= elements.count {
            elements.removeFirst(first)
            first = 0
        }
        return element
    }
}
