/// The secret that calls of the control plane need; hidden in descriptions.
struct AdminToken: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    let text: String

    init(_ text: String) { self.text = text }

    /// A new one that nobody can guess.
    static func random() -> AdminToken {
        AdminToken(String(UInt128.random(in: 1 << 124 ... .max), radix: 16))
    }

    var description: String { "…" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
