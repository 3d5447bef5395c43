import Bytes

extension Parser {
    /// Of members with equal keys, keeps the first one's place and the last one's value.
    ///
    /// Overwritten nodes stay in the list and are skipped: moving nodes would cost the size of the object again for each
    /// object around it.
    mutating func replaceDuplicates(inObjectAt object: Int) {
        let count = Int(nodes[object].length)
        // Comparing each with each is quicker than hashing as long as they are few.
        if count > 16 {
            replaceManyDuplicates(inObjectAt: object, count)
        } else if count > 1 {
            replaceFewDuplicates(inObjectAt: object)
        }
    }

    private mutating func replaceFewDuplicates(inObjectAt object: Int) {
        let end = object + Int(nodes[object].place)
        var key = nodes.index(afterMemberAt: object + 1)
        while key < end {
            let following = nodes.index(afterMemberAt: key)
            var earlier = object + 1
            while earlier < key {
                if nodes[earlier].kind != .removed, isSameKey(earlier, key) {
                    replace(valueOfKeyAt: earlier, byKeyAt: key, in: object)
                    break
                }
                earlier =
                    nodes[earlier].kind == .removed
                    ? nodes.skipRemoved(from: earlier, to: key) : nodes.index(afterMemberAt: earlier)
            }
            key = following
        }
    }

    private mutating func replaceManyDuplicates(inObjectAt object: Int, _ count: Int) {
        let end = object + Int(nodes[object].place)
        // Open addressing, at most half full; an entry is the index of a key, and 0 is free since no key stands there.
        let room = 1 << (Int.bitWidth - (2 * count - 1).leadingZeroBitCount)
        var seen = [UInt32](repeating: 0, count: room)
        var key = object + 1
        while key < end {
            let following = nodes.index(afterMemberAt: key)
            var slot = hash(ofKeyAt: key) & (room - 1)
            while seen[slot] != 0, !isSameKey(Int(seen[slot]), key) { slot = (slot + 1) & (room - 1) }
            if seen[slot] == 0 {
                seen[slot] = UInt32(key)
            } else {
                replace(valueOfKeyAt: Int(seen[slot]), byKeyAt: key, in: object)
            }
            key = following
        }
    }

    /// Gives the first key the value of the second, which is marked as removed.
    private mutating func replace(valueOfKeyAt first: Int, byKeyAt second: Int, in object: Int) {
        let skipped = UInt32(nodes.size(at: first + 1))
        nodes[first + 1] = Node(kind: .moved, length: skipped, place: UInt32(second - first))
        nodes[second] = Node(kind: .removed, length: UInt32(1 + nodes.size(at: second + 1)))
        nodes[object].length -= 1
    }

    private func isSameKey(_ a: Int, _ b: Int) -> Bool {
        nodes[a].length == nodes[b].length && bytes(ofKeyAt: a).equals(bytes(ofKeyAt: b))
    }

    /// Seeded anew in each process, so that a client cannot send keys that collide.
    private func hash(ofKeyAt index: Int) -> Int {
        var hasher = Hasher()
        // The span stays valid for the call.
        unsafe bytes(ofKeyAt: index).withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    @_lifetime(borrow self)
    private func bytes(ofKeyAt index: Int) -> Span<UInt8> {
        let node = nodes[index]
        let range = Int(node.place)..<Int(node.place) + Int(node.length)
        return node.isUnescaped ? unescaped.bytes.extracting(range) : text.extracting(range)
    }
}
