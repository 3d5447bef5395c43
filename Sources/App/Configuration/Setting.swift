/// One thing a run can be told: its names, what it accepts, what it means and where its value goes.
struct Setting<Root>: Sendable {
    let name: String
    /// The variable of the environment that is ours alone.
    let variable: String
    /// A variable without our prefix that counts too, below ours.
    let plainVariable: String?
    let placeholder: String
    let accepts: String
    let example: String?
    let meaning: String
    let form: Form

    private let assign: @Sendable (inout Root, [String]) throws(RefusedValue) -> Void
    private let render: @Sendable (Root) -> String

    var flag: String { "--\(name)" }

    /// What to give, for one who gave something else.
    var expectation: String { "expected \(accepts)" + (example.map { ", such as \($0)" } ?? "") }

    /// How often and in which forms the flag may be given.
    enum Form: Sendable {
        /// `--flag value` or `--flag=value`; the last one counts.
        case value
        /// The same as often as wanted; all count. In the environment commas stand between them.
        case list
        /// `--flag`, `--no-flag`, `--flag false` or `--flag=false`.
        case toggle
    }

    init<Value>(
        _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, _ kind: SettingKind<Value>,
        variable: String? = nil, plain: String? = nil, _ meaning: String
    ) {
        self.init(
            name, kind, Value.self == Bool.self ? .toggle : .value, variable, plain, meaning,
            assign: { (root: inout Root, texts: [String]) throws(RefusedValue) in
                for text in texts { root[keyPath: path] = try kind.value(of: text) }
            },
            render: { kind.show($0[keyPath: path]) })
    }

    init<Value>(
        _ name: String, _ path: any WritableKeyPath<Root, [Value]> & Sendable, each kind: SettingKind<Value>,
        variable: String? = nil, plain: String? = nil, _ meaning: String
    ) {
        self.init(
            name, kind, .list, variable, plain, meaning,
            assign: { (root: inout Root, texts: [String]) throws(RefusedValue) in
                var values: [Value] = []
                for text in texts { values.append(try kind.value(of: text)) }
                root[keyPath: path] = values
            },
            render: { $0[keyPath: path].map(kind.show).joined(separator: ",") })
    }

    private init<Value>(
        _ name: String, _ kind: SettingKind<Value>, _ form: Form, _ variable: String?, _ plain: String?,
        _ meaning: String, assign: @escaping @Sendable (inout Root, [String]) throws(RefusedValue) -> Void,
        render: @escaping @Sendable (Root) -> String
    ) {
        self.name = name
        self.variable = variable ?? "OUTPAINT_" + name.utf8.map(Self.variableLetter).joined()
        plainVariable = plain
        placeholder = kind.placeholder
        accepts = kind.accepts
        example = kind.example
        self.meaning = meaning
        self.form = form
        self.assign = assign
        self.render = render
    }

    private static func variableLetter(_ letter: UInt8) -> String {
        letter == UInt8(ascii: "-") ? "_" : String(UnicodeScalar(letter)).uppercased()
    }

    /// Puts the values given into their place, or names the first that cannot be.
    func put(_ texts: [String], into root: inout Root) throws(RefusedValue) {
        try assign(&root, texts)
    }

    /// The present value as one would write it; empty where there is none.
    func show(_ root: Root) -> String {
        render(root)
    }
}

/// A text that is no value of its setting; nothing if it must not show.
struct RefusedValue: Error {
    let text: String?
}

/// Settings that belong under one heading, and the verbs that take them.
struct SettingGroup<Root>: Sendable {
    let title: String
    let verbs: [Verb]
    let settings: [Setting<Root>]

    init(_ title: String, for verbs: [Verb], _ settings: [Setting<Root>]) {
        self.title = title
        self.verbs = verbs
        self.settings = settings
    }
}
