/// A setting: its names, its accepted values, its meaning and where its value is stored.
struct Setting<Root>: Sendable {
    let name: String
    /// The environment variable with the program's prefix.
    let variable: String
    /// An environment variable without the prefix, with lower priority.
    let plainVariable: String?
    let placeholder: String
    let accepts: String
    let example: String?
    /// The JSON type that a file may use besides a string.
    let json: JSONForm
    let meaning: String
    let form: Form
    /// The settings given as `NAME=VALUE` in the value of this one.
    let members: [Setting<Root>]

    private let assign: @Sendable (inout Root, [String]) throws(RefusedValue) -> Void
    /// The current values in each property that the setting sets.
    private let render: @Sendable (Root) -> [[String]]

    var flag: String { "--\(name)" }

    /// The message that states the accepted values.
    var expectation: String { "expected \(accepts)" + (example.map { ", such as \($0)" } ?? "") }

    /// How often and in which forms the flag may be given.
    enum Form: Sendable {
        /// `--flag value` or `--flag=value`; the last one wins.
        case value
        /// Like `value`, but repeatable, and all values count. Environment variables separate the values by commas.
        case list
        /// `--flag`, `--no-flag`, `--flag false` or `--flag=false`.
        case toggle
        /// `--flag NAME=VALUE`, repeatable. For each name the value with the highest priority wins.
        case named
        /// The value is the name of a file with more settings.
        case file
    }

    typealias Place<Value> = any WritableKeyPath<Root, Value> & Sendable

    /// Creates a setting with one value, stored in one or more properties.
    init<Value>(
        _ name: String, _ place: Place<Value>, also others: [Place<Value>] = [], _ kind: SettingKind<Value>,
        form: Form? = nil, variable: String? = nil, plain: String? = nil, _ meaning: String
    ) {
        let places = [place] + others
        self.init(
            name, kind, form ?? (kind.json == .boolean ? .toggle : .value), variable, plain, meaning,
            assign: { (root: inout Root, texts: [String]) throws(RefusedValue) in
                for text in texts {
                    let value = try kind.value(of: text)
                    for place in places { root[keyPath: place] = value }
                }
            },
            render: { root in places.map { [kind.show(root[keyPath: $0])] } })
    }

    /// Creates a setting with any number of values.
    init<Value>(
        _ name: String, _ place: Place<[Value]>, also others: [Place<[Value]>] = [], each kind: SettingKind<Value>,
        _ meaning: String
    ) {
        let places = [place] + others
        self.init(
            name, kind, .list, nil, nil, meaning,
            assign: { (root: inout Root, texts: [String]) throws(RefusedValue) in
                var values: [Value] = []
                for text in texts { values.append(try kind.value(of: text)) }
                for place in places { root[keyPath: place] = values }
            },
            render: { root in places.map { root[keyPath: $0].map(kind.show) } })
    }

    private init<Value>(
        _ name: String, _ kind: SettingKind<Value>, _ form: Form, _ variable: String?, _ plain: String?,
        _ meaning: String, assign: @escaping @Sendable (inout Root, [String]) throws(RefusedValue) -> Void,
        render: @escaping @Sendable (Root) -> [[String]]
    ) {
        self.name = name
        self.variable = variable ?? settingVariable(name)
        plainVariable = plain
        placeholder = kind.placeholder
        accepts = kind.accepts
        example = kind.example
        json = kind.json
        self.meaning = meaning
        self.form = form
        members = []
        self.assign = assign
        self.render = render
    }

    /// Creates a setting that sets others by name.
    init(_ name: String, members: [Setting<Root>], example: String, _ meaning: String) {
        self.name = name
        variable = settingVariable(name)
        plainVariable = nil
        placeholder = "NAME=VALUE"
        accepts = "NAME=VALUE"
        self.example = example
        json = .string
        self.meaning = meaning
        form = .named
        self.members = members
        assign = { _, _ in }
        render = { _ in [[]] }
    }

    /// Parses and stores the given values, or throws the first that is invalid.
    func put(_ texts: [String], into root: inout Root) throws(RefusedValue) {
        try assign(&root, texts)
    }

    /// The current values in written form: one, unless the setting is a list.
    func values(_ root: Root) -> [String] { render(root)[0] }

    /// The current value in written form; empty if there is none.
    func show(_ root: Root) -> String { values(root).joined(separator: ",") }

    /// Whether all properties of the setting have the same value.
    func isConsistent(in root: Root) -> Bool { Set(render(root)).count == 1 }
}

/// The environment variable of a setting, or of a removed flag.
func settingVariable(_ name: String) -> String {
    "OUTPAINT_" + name.utf8.map { $0 == UInt8(ascii: "-") ? "_" : String(UnicodeScalar($0)).uppercased() }.joined()
}

/// A value that is not valid for its setting. `text` is `nil` if it must not be printed.
struct RefusedValue: Error {
    let text: String?
    var why: String? = nil
}

/// Settings under one heading, and the commands that take them.
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
