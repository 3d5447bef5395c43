import Net

/// A text from outside as it may stand in a message: in quotes, on one line, not too long.
func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    return "'" + printable(scalars.prefix(80)) + (scalars.count > 80 ? "…'" : "'")
}

/// The name of a file as it may stand in a message, as long as it is.
func printable(_ path: FilePath) -> String {
    printable(path.description.unicodeScalars)
}

private func printable(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    scalars.reduce(into: "") { text, scalar in
        text += scalar.isPrintable ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }
}

extension Unicode.Scalar {
    /// Whether a terminal or a log viewer shows it and does nothing else: no control, no line end, nothing that turns the
    /// direction of the text around it.
    var isPrintable: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x61c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: false
        default: true
        }
    }
}
