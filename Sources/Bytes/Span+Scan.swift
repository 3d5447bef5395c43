import CShims

extension Span where Element == UInt8 {
    /// The index of the first byte from `start` on that needs handling in a JSON string: a quotation mark, a backslash, a
    /// control byte below 0x20 or a byte above 0x7f; `count` if there is none.
    public func endOfPlainRun(from start: Int) -> Int {
        let rest = extracting(start...)
        return unsafe rest.withUnsafeBufferPointer { rest in
            guard let first = rest.baseAddress else { return start }
            return unsafe start + outpaint_plain_run(first, rest.count)
        }
    }

    /// The index of the first byte from `start` on that is not ASCII; `count` if there is none.
    public func endOfASCII(from start: Int) -> Int {
        let rest = extracting(start...)
        return unsafe rest.withUnsafeBufferPointer { rest in
            guard let first = rest.baseAddress else { return start }
            return unsafe start + outpaint_ascii_run(first, rest.count)
        }
    }
}
