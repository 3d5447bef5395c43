import JSON

/// The origin of a setting's value. Later cases override earlier ones.
enum SettingOrigin: Sendable, Equatable {
    case standard
    /// A settings file.
    case file(String)
    case environment(String)
    case flag(String)

    var description: String {
        switch self {
        case .standard: "default"
        case .file(let path): "file \(path)"
        case .environment(let variable): "environment \(variable)"
        case .flag(let flag): "flag \(flag)"
        }
    }

    /// Names a setting by its flag and by the place where its value can be changed.
    func naming(_ flag: String) -> String {
        switch self {
        case .standard, .flag: flag
        case .environment(let variable): "\(flag) (from the environment, \(variable))"
        case .file(let path): "\(flag) (from the file \(quoted(path)))"
        }
    }

    var rank: Int {
        switch self {
        case .standard: 0
        case .file: 1
        case .environment: 2
        case .flag: 3
        }
    }
}

/// Reads flags, environment variables and a file according to a table of settings.
struct SettingsReader<Root> {
    let verb: Verb
    /// The settings of the command.
    private let settings: [Setting<Root>]
    /// The settings that a file may contain.
    private let fileSettings: [Setting<Root>]
    private let removed: [RemovedSetting]

    init(groups: [SettingGroup<Root>], removed: [RemovedSetting] = [], verb: Verb) {
        self.verb = verb
        self.removed = removed
        settings = groups.filter { $0.verbs.contains(verb) }.flatMap(\.settings)
        fileSettings = groups.filter { $0.verbs.contains(.serve) }.flatMap(\.settings)
    }

    /// The values of a run, and the origin of each.
    struct Result {
        var values: Root
        var origins: [String: SettingOrigin] = [:]
        /// The indices of file arguments, for commands that take files.
        var operands: [Int] = []

        func origin(_ name: String) -> SettingOrigin { origins[name] ?? .standard }
    }

    func read(
        _ arguments: [String], _ environment: [String: String], onto defaults: Root
    ) throws(UsageError) -> Result {
        let (flags, operands) = try collect(arguments)
        try refuseRemoved(environment)
        var result = Result(values: defaults, operands: operands)
        if let setting = settings.first(where: { $0.form == .file }),
            let (origin, texts) = given(setting, flags, environment).last, let path = texts.last
        {
            try put(texts, for: setting, from: origin, into: &result)
            try read(SettingsFile(path, from: origin.naming(setting.flag)), into: &result)
        }
        for setting in settings where setting.form != .file {
            let sources = given(setting, flags, environment)
            if setting.form == .named {
                for (origin, texts) in sources {
                    for text in texts { try putMember(text, of: setting, from: origin, into: &result) }
                }
            } else if let (origin, texts) = sources.last {
                try put(texts, for: setting, from: origin, into: &result)
            }
        }
        return result
    }

    // MARK: - Values

    /// The values given for a setting, in ascending priority: the plain variable, the prefixed variable, flags. An
    /// empty variable counts as unset, so that a compose file can pass it through.
    private func given(
        _ setting: Setting<Root>, _ flags: [String: [String]], _ environment: [String: String]
    ) -> [(SettingOrigin, [String])] {
        var sources: [(SettingOrigin, [String])] = []
        for variable in [setting.plainVariable, setting.variable].compactMap({ $0 }) {
            guard let text = environment[variable], !text.isEmpty, !ServiceLink.made(variable, text) else { continue }
            let isList = setting.form == .list || setting.form == .named
            sources.append((.environment(variable), isList ? text.split(separator: ",").map(String.init) : [text]))
        }
        if let texts = flags[setting.name] { sources.append((.flag(setting.flag), texts)) }
        return sources
    }

    private func put(
        _ texts: [String], for setting: Setting<Root>, from origin: SettingOrigin, into result: inout Result
    ) throws(UsageError) {
        do throws(RefusedValue) {
            try setting.put(texts, into: &result.values)
        } catch {
            throw UsageError("\(origin.naming(setting.flag)): \(setting.refusal(of: error))")
        }
        result.origins[setting.name] = origin
    }

    /// Sets a value given as `NAME=VALUE`.
    private func putMember(
        _ text: String, of setting: Setting<Root>, from origin: SettingOrigin, into result: inout Result
    ) throws(UsageError) {
        let place = origin.naming(setting.flag)
        guard let (name, value) = setting.split(text) else {
            throw UsageError("\(place): \(setting.expectation), not \(quoted(text))")
        }
        guard let member = setting.members.first(where: { $0.name == name }) else {
            throw UsageError("\(place): \(setting.unknownMember(name, help: "outpaint help \(verb.rawValue)"))")
        }
        do throws(RefusedValue) {
            try member.put([value], into: &result.values)
        } catch {
            throw UsageError("\(place) \(name): \(member.refusal(of: error))")
        }
        result.origins[name] = origin
    }

    // MARK: - A file

    private func read(_ file: SettingsFile, into result: inout Result) throws(UsageError) {
        for entry in file.entries {
            guard let setting = fileSettings.first(where: { $0.name == entry.name }) else {
                throw file.error(unknown(entry.name), entry.position)
            }
            switch setting.form {
            case .file:
                throw file.error("a file cannot name another", at: [entry.name], entry.position)
            case .named:
                try readMembers(entry, of: setting, file, into: &result)
            case .list where entry.value.kind == .array:
                var texts: [String] = []
                for (i, element) in entry.value.elements.enumerated() {
                    let position = element.position ?? entry.position
                    texts.append(try text(of: element, for: setting, file, [entry.name, "\(i)"], position))
                    // Items are stored one by one, so that an error has a position.
                    try put(texts[i], for: setting, file, [entry.name, "\(i)"], position, into: &result.values)
                }
                try? setting.put(texts, into: &result.values)
                result.origins[setting.name] = .file(file.path)
            case .list, .value, .toggle:
                let text = try text(of: entry.value, for: setting, file, [entry.name], entry.position)
                try put(text, for: setting, file, [entry.name], entry.position, into: &result.values)
                result.origins[setting.name] = .file(file.path)
            }
        }
    }

    /// Parses `{"NAME": VALUE}`, `["NAME=VALUE"]` or `"NAME=VALUE"`.
    private func readMembers(
        _ entry: SettingsFile.Entry, of setting: Setting<Root>, _ file: SettingsFile, into result: inout Result
    ) throws(UsageError) {
        var given: [(name: String, pointer: [String], value: JSONValue?, text: String, position: TextPosition?)] = []
        func add(_ value: JSONValue, _ pointer: [String]) throws(UsageError) {
            let position = value.position ?? entry.position
            guard let text = value.string, let (name, member) = setting.split(text) else {
                let what = value.string.map(quoted) ?? value.kind.article
                throw file.error("\(setting.expectation), not \(what)", at: pointer, position)
            }
            given.append((name, pointer, nil, member, position))
        }
        switch entry.value.kind {
        case .object:
            for member in entry.value.members {
                let name = member.key.string ?? ""
                given.append((name, [entry.name, name], member.value, "", member.key.position ?? entry.position))
            }
        case .array:
            for (i, element) in entry.value.elements.enumerated() { try add(element, [entry.name, "\(i)"]) }
        default: try add(entry.value, [entry.name])
        }
        for (name, pointer, value, text, position) in given {
            guard let member = setting.members.first(where: { $0.name == name }) else {
                throw file.error(
                    setting.unknownMember(name, help: "outpaint help serve"), at: pointer, position)
            }
            let text = if let value { try self.text(of: value, for: member, file, pointer, position) } else { text }
            try put(text, for: member, file, pointer, position, into: &result.values)
            result.origins[name] = .file(file.path)
        }
    }

    /// The value in a file, in the form that a flag would have.
    private func text(
        of value: JSONValue, for setting: Setting<Root>, _ file: SettingsFile, _ pointer: [String],
        _ position: TextPosition?
    ) throws(UsageError) -> String {
        guard let (text, form) = value.settingText, form == .string || form == setting.json else {
            throw file.error("\(setting.expectation), not \(value.kind.article)", at: pointer, position)
        }
        return text
    }

    private func put(
        _ text: String, for setting: Setting<Root>, _ file: SettingsFile, _ pointer: [String],
        _ position: TextPosition?, into values: inout Root
    ) throws(UsageError) {
        do throws(RefusedValue) {
            try setting.put([text], into: &values)
        } catch {
            throw file.error(setting.refusal(of: error), at: pointer, position)
        }
    }

    /// The error message for an unknown name in a file.
    private func unknown(_ name: String) -> String {
        if let old = removed.first(where: { $0.name == name }) { return old.advice { $0 } }
        for setting in fileSettings where setting.members.contains(where: { $0.name == name }) {
            return "\(name) is gone: use {\"\(setting.name)\": {\"\(name)\": …}}"
        }
        return UsageError.unknown(
            "setting", name, among: fileSettings.map(\.name), help: "outpaint help serve"
        ).message
    }

    // MARK: - Flags

    /// Collects the flags in their order, by the names of their settings, and the indices of the other arguments. `-`
    /// is a file, and all arguments after `--` are files.
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
            } else if let advice = advice(forRemoved: flag, attached ?? rest.first) {
                throw UsageError(advice)
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

    /// The value in the argument after a flag.
    private func following(_ setting: Setting<Root>, _ rest: inout ArraySlice<String>) throws(UsageError) -> String {
        if setting.form == .toggle {
            // Any other next argument may be a file.
            if let next = rest.first, ["true", "false"].contains(next) { return rest.removeFirst() }
            return "true"
        }
        guard let next = rest.first, !next.hasPrefix("--") else {
            throw UsageError("\(setting.flag) needs a value: \(setting.expectation)")
        }
        rest.removeFirst()
        return next
    }

    // MARK: - Former settings

    /// The replacement for a removed flag; `value` is the argument after it.
    private func advice(forRemoved flag: String, _ value: String?) -> String? {
        guard verb == .serve else { return nil }
        for old in removed where flag == old.flag || flag == "--no-\(old.name)" {
            return old.advice { $0 == old.name ? flag : "--\($0)" }
        }
        for setting in settings {
            for member in setting.members where flag == member.flag || flag == "--no-\(member.name)" {
                let value =
                    if member.form == .toggle {
                        flag == member.flag && !["false", "no", "off", "0"].contains(value) ? "true" : "false"
                    } else if let value, !value.hasPrefix("-"), value.unicodeScalars.allSatisfy(\.isPrintable) {
                        value
                    } else {
                        "VALUE"
                    }
                return "\(flag) is gone: use \(setting.flag) \(member.name)=\(value)"
            }
        }
        return nil
    }

    private func refuseRemoved(_ environment: [String: String]) throws(UsageError) {
        guard verb == .serve else { return }
        for old in removed where environment[old.variable]?.isEmpty == false {
            throw UsageError(old.advice(settingVariable))
        }
        for setting in settings {
            for member in setting.members where environment[member.variable]?.isEmpty == false {
                throw UsageError("\(member.variable) is gone: use \(setting.variable)=\(member.name)=VALUE")
            }
        }
    }
}

extension Setting {
    /// The reason that a value is refused, without the name of the setting.
    fileprivate func refusal(of value: RefusedValue) -> String {
        value.why.map { why in "\(value.text.map { "\(quoted($0)): " } ?? "")\(why)" }
            ?? expectation + (value.text.map { ", not \(quoted($0))" } ?? "")
    }

    /// Splits `NAME=VALUE`.
    fileprivate func split(_ text: String) -> (name: String, value: String)? {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")), equals != text.startIndex else { return nil }
        return (String(text[..<equals]), String(text[text.utf8.index(after: equals)...]))
    }

    fileprivate func unknownMember(_ name: String, help: String) -> String {
        UsageError.unknown("assumption", name, among: members.map(\.name), help: help).message
    }
}

/// The flag name in `--flag=value` or `--flag`.
func flagName(_ argument: String) -> String {
    String(argument.prefix { $0 != "=" })
}

/// Variables that Kubernetes sets in every container for a service named `outpaint`. They are not settings, although
/// they have the same prefix and `OUTPAINT_PORT` is also the name of a setting.
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
