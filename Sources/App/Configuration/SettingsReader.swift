/// Where the value of a setting came from; later cases beat earlier ones.
enum SettingOrigin: Sendable, Equatable {
    case standard
    case environment(String)
    case flag(String)

    var description: String {
        switch self {
        case .standard: "default"
        case .environment(let variable): "environment \(variable)"
        case .flag(let flag): "flag \(flag)"
        }
    }

    /// A setting by its flag, and by where its value is to be changed.
    func naming(_ flag: String) -> String {
        if case .environment(let variable) = self { "\(flag) (from the environment, \(variable))" } else { flag }
    }

    var rank: Int {
        switch self {
        case .standard: 0
        case .environment: 1
        case .flag: 2
        }
    }
}

/// Fills a value from flags and environment by a table of settings.
struct SettingsReader<Root> {
    let verb: Verb
    private let settings: [Setting<Root>]

    init(groups: [SettingGroup<Root>], verb: Verb) {
        self.verb = verb
        settings = groups.filter { $0.verbs.contains(verb) }.flatMap(\.settings)
    }

    /// The values of a run, and where each came from.
    struct Result {
        var values: Root
        var origins: [String: SettingOrigin] = [:]
        /// Where among the arguments files are, for verbs that take some.
        var operands: [Int] = []

        func origin(_ name: String) -> SettingOrigin { origins[name] ?? .standard }
    }

    func read(
        _ arguments: [String], _ environment: [String: String], onto defaults: Root
    ) throws(UsageError) -> Result {
        let (flags, operands) = try collect(arguments)
        var result = Result(values: defaults, operands: operands)
        for setting in settings {
            guard let (origin, texts) = given(setting, flags, environment) else { continue }
            do throws(RefusedValue) {
                try setting.put(texts, into: &result.values)
            } catch {
                throw refusal(of: error.text, for: setting, from: origin)
            }
            result.origins[setting.name] = origin
        }
        return result
    }

    /// The flags in the order given, by the names of their settings, and what the places of what is no flag. `-` is a file, and
    /// behind `--` is nothing else.
    private func collect(
        _ arguments: [String]
    ) throws(UsageError) -> (flags: [String: [String]], operands: [Int]) {
        var flags: [String: [String]] = [:]
        var operands: [Int] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if verb.takesFiles, argument == "--" {
                operands += rest.indices
                break
            }
            guard argument.hasPrefix("-"), argument != "-" || !verb.takesFiles else {
                if verb.takesFiles {
                    operands.append(rest.startIndex - 1)
                    continue
                }
                throw UsageError("unexpected argument \(quoted(argument)); see outpaint help \(verb.rawValue)")
            }
            let flag = flagName(argument)
            let attached =
                argument.utf8.count > flag.utf8.count
                ? String(argument.utf8.dropFirst(flag.utf8.count + 1)) : nil
            let setting: Setting<Root>
            let value: String
            if let positive = settings.first(where: { $0.flag == flag }) {
                setting = positive
                if let attached { value = attached } else { value = try following(setting, &rest) }
            } else if let negative = settings.first(where: { $0.form == .toggle && "--no-\($0.name)" == flag }) {
                guard attached == nil else { throw UsageError("\(flag) takes no value") }
                setting = negative
                value = "false"
            } else {
                throw UsageError.unknown(
                    "flag", flag, among: names, help: "outpaint help \(verb.rawValue)")
            }
            flags[setting.name, default: []].append(value)
        }
        return (flags, operands)
    }

    private var names: [String] {
        settings.flatMap { $0.form == .toggle ? [$0.flag, "--no-\($0.name)"] : [$0.flag] }
            + (verb == .serve ? ["--print-config", "--help"] : ["--help"])
    }

    /// The value that stands behind its flag as an argument of its own.
    private func following(_ setting: Setting<Root>, _ rest: inout ArraySlice<String>) throws(UsageError) -> String {
        if setting.form == .toggle {
            // Anything else behind it may be a file.
            if let next = rest.first, ["true", "false"].contains(next) { return rest.removeFirst() }
            return "true"
        }
        guard let next = rest.first, !next.hasPrefix("--") else {
            throw UsageError("\(setting.flag) needs a value: \(setting.expectation)")
        }
        rest.removeFirst()
        return next
    }

    /// What counts for a setting: flags, then our variable, then the plain one. An empty variable is as good as none, so
    /// that a compose file may pass one through.
    private func given(
        _ setting: Setting<Root>, _ flags: [String: [String]], _ environment: [String: String]
    ) -> (SettingOrigin, [String])? {
        if let texts = flags[setting.name] { return (.flag(setting.flag), texts) }
        for variable in [setting.variable, setting.plainVariable].compactMap({ $0 }) {
            guard let text = environment[variable], !text.isEmpty, !ServiceLink.made(variable, text) else { continue }
            let texts = setting.form == .list ? text.split(separator: ",").map(String.init) : [text]
            return (.environment(variable), texts)
        }
        return nil
    }

    private func refusal(of text: String?, for setting: Setting<Root>, from origin: SettingOrigin) -> UsageError {
        UsageError(
            "\(origin.naming(setting.flag)): \(setting.expectation)" + (text.map { ", not \(quoted($0))" } ?? ""))
    }
}

/// The flag of `--flag=value` or `--flag`.
func flagName(_ argument: String) -> String {
    String(argument.prefix { $0 != "=" })
}

/// Variables that Kubernetes puts into every container for a service named `outpaint`: no settings of ours, although
/// they begin like them, and `OUTPAINT_PORT` even is the name of one.
enum ServiceLink {
    static func made(_ variable: String, _ value: String) -> Bool {
        switch variable {
        case "OUTPAINT_PORT": value.hasPrefix("tcp://") || value.hasPrefix("udp://")
        case "OUTPAINT_SERVICE_HOST": true
        default:
            variable.hasPrefix("OUTPAINT_SERVICE_PORT")
                || (variable.hasPrefix("OUTPAINT_PORT_")
                    && variable.split(separator: "_").contains { ["TCP", "UDP"].contains($0) })
        }
    }
}
