import Bytes

extension Span where Element == UInt8 {
    /// Where the next element of a comma-separated list stands, from `offset` on and without the space around it.
    ///
    /// Empty elements are skipped (RFC 9110, 5.6.1.2).
    func nextListed(from offset: inout Int) -> Range<Int>? {
        while offset < count {
            var range = offset..<offset
            while offset < count, self[offset] != UInt8(ascii: ",") {
                if self[offset] != UInt8(ascii: " "), self[offset] != UInt8(ascii: "\t") {
                    range = (range.isEmpty ? offset : range.lowerBound)..<(offset + 1)
                }
                offset += 1
            }
            offset += 1
            if !range.isEmpty { return range }
        }
        return nil
    }

    /// Whether an element of the comma-separated list is `lowercase` in any case.
    func lists(_ lowercase: StaticString) -> Bool {
        var offset = 0
        while let range = nextListed(from: &offset) {
            if extracting(range).equalsIgnoringCase(lowercase) { return true }
        }
        return false
    }
}
