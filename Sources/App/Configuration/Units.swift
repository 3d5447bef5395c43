/// Sizes in bytes. `k`, `M` and `G` are powers of 1024, optionally followed by `B` or `iB`.
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

    /// The size in the largest unit that divides it.
    static func show(_ bytes: Int) -> String {
        for (letter, unit) in units where bytes > 0 && bytes % unit == 0 { return "\(bytes / unit)\(letter)iB" }
        return "\(bytes)"
    }
}

/// The leading digits, and the rest.
private func split(_ text: String) -> (number: Substring, unit: Substring) {
    let end = text.utf8.firstIndex { !(0x30...0x39 ~= $0) } ?? text.utf8.endIndex
    return (text[..<end], text[end...])
}
