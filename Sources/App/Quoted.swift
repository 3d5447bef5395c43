import Net

/// Quotes external text for a message: on one line and truncated.
func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    return "'" + printable(scalars.prefix(80)) + (scalars.count > 80 ? "…'" : "'")
}

/// Formats a file name for a message, without truncation.
func printable(_ path: FilePath) -> String {
    printable(path.description.unicodeScalars)
}

private func printable(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    scalars.reduce(into: "") { text, scalar in
        text += scalar.isPrintable ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }
}

extension Unicode.Scalar {
    /// Whether displaying the character has no side effects: it is not a control character, a line end or a text
    /// direction mark.
    var isPrintable: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x61c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: false
        default: true
        }
    }
}
