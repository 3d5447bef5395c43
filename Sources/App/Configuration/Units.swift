/// Sizes in bytes as people write them. `k`, `M` and `G` count in 1024, with or without `B` or `iB` behind.
enum ByteSize {
    private static let units: [(letter: String, bytes: Int)] = [
        ("T", 1 << 40), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10),
    ]

    static func parse(_ text: String) -> Int? {
        let (number, unit) = split(text)
        guard let count = wholeNumber(number) else { return nil }
        let name = unit.uppercased()
        if name.isEmpty || name == "B" { return count }
        for (letter, bytes) in units where [letter, letter + "B", letter + "IB"].contains(name) {
            let (size, overflow) = count.multipliedReportingOverflow(by: bytes)
            return overflow ? nil : size
        }
        return nil
    }

    /// In the largest unit that leaves no rest.
    static func show(_ bytes: Int) -> String {
        for (letter, unit) in units where bytes > 0 && bytes % unit == 0 { return "\(bytes / unit)\(letter)iB" }
        return "\(bytes)"
    }
}

/// Times as people write them: a whole number and a unit. Only 0 goes without one.
enum Time {
    private static let units: [(name: String, milliseconds: Int)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    static func parse(_ text: String) -> Duration? {
        let (number, unit) = split(text)
        guard let count = wholeNumber(number) else { return nil }
        if count == 0, unit.isEmpty { return .zero }
        guard let scale = units.first(where: { $0.name == unit }) else { return nil }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: scale.milliseconds)
        return overflow ? nil : .milliseconds(milliseconds)
    }

    /// In the largest unit that leaves no rest.
    static func show(_ time: Duration) -> String {
        let milliseconds = time.milliseconds
        guard milliseconds != 0 else { return "0" }
        for (name, unit) in units where milliseconds % unit == 0 { return "\(milliseconds / unit)\(name)" }
        return "\(milliseconds)ms"
    }
}

extension Duration {
    var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    /// Whole milliseconds; what is left of one is dropped.
    var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }

    /// Whole microseconds; what is left of one is dropped.
    var microseconds: Int {
        Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
    }
}

/// The digits in front, and the rest.
private func split(_ text: String) -> (number: Substring, unit: Substring) {
    let end = text.utf8.firstIndex { !(0x30...0x39 ~= $0) } ?? text.utf8.endIndex
    return (text[..<end], text[end...])
}
