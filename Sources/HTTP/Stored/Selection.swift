import Bytes

/// What of a representation a request is answered with.
enum Selection: Equatable {
    case whole
    case part(Range<Int>)
    /// No byte of what was asked for is there.
    case unsatisfiable
    case notModified
    case preconditionFailed

    /// What a Range field asks for of `count` bytes. RFC 9110, 14.1.2 and 14.2.
    ///
    /// Ranges that are malformed, not of bytes, or several count as none: the whole is always a right answer.
    init(range field: Span<UInt8>, of count: Int) {
        self = .whole
        let unit = "bytes=" as StaticString
        guard field.count > unit.utf8CodeUnitCount,
            field.extracting(first: unit.utf8CodeUnitCount).equalsIgnoringCase(unit)
        else { return }
        let set = field.extracting(unit.utf8CodeUnitCount...)
        var list = TokenList(set)
        guard let only = list.nextOrNothing(), list.nextOrNothing() == nil else { return }
        let text = set.extracting(only)
        guard let dash = text.indices.first(where: { text[$0] == UInt8(ascii: "-") }) else { return }
        let (before, behind) = (text.extracting(..<dash), text.extracting((dash + 1)...))
        if before.isEmpty {
            guard let length = behind.clampedDecimal else { return }
            if length == 0 {
                self = .unsatisfiable
            } else if count > 0 {
                self = .part(max(0, count - length)..<count)
            }
        } else {
            guard let first = before.clampedDecimal else { return }
            var last = Int.max
            if !behind.isEmpty {
                guard let number = behind.clampedDecimal, number >= first else { return }
                last = number
            }
            self = first < count ? .part(first..<(min(last, count - 1) + 1)) : .unsatisfiable
        }
    }
}

extension Span<UInt8> {
    /// The number that these digits are, or the largest there is if they are more; nothing if they are anything else.
    fileprivate var clampedDecimal: Int? {
        if isEmpty { return nil }
        var value = 0
        for i in indices {
            let digit = self[i] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (tens, isMore) = value.multipliedReportingOverflow(by: 10)
            let (sum, isEvenMore) = tens.addingReportingOverflow(Int(digit))
            value = isMore || isEvenMore ? .max : sum
        }
        return value
    }
}
