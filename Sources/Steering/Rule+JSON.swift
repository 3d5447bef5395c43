import Bytes
public import JSON
import Tasks
import Time

// Rules as JSON: what calls send, and what scenario files hold.

extension Rule {
    /// The most rules in one list.
    public static let listLimit = 1000
    private static let members = [
        "on", "key", "path", "life", "answer", "fault", "times", "skip", "every", "chance", "ttl",
    ]

    /// Reads a list of rules, or a single one.
    public static func list(_ value: JSONValue) throws(RuleError) -> [Rule] {
        if value.kind == .object { return [try Rule(value, at: "")] }
        guard value.kind == .array else { throw RuleError("expected a rule or a list of rules", at: "", value) }
        guard value.count <= listLimit else { throw RuleError("expected at most \(listLimit) rules", at: "", value) }
        var rules: [Rule] = []
        for (index, element) in value.elements.enumerated() { rules.append(try Rule(element, at: "/\(index)")) }
        return rules
    }

    /// Reads a rule. `pointer` is its place in the document.
    public init(_ value: JSONValue, at pointer: String) throws(RuleError) {
        guard value.kind == .object else { throw RuleError("expected a rule, an object", at: pointer, value) }
        try value.checkMembers(Rule.members, at: pointer)
        guard let on = value["on"] else {
            throw RuleError("expected a member 'on': \(Rule.kindNames)", at: pointer, value)
        }
        guard let kind = on.string.flatMap(Kind.init(rawValue:)) else {
            throw on.isNotOne(of: Kind.allCases.map(\.rawValue), at: pointer + "/on")
        }
        self.init(on: kind)
        if let key = value["key"] {
            let name = try key.text(at: pointer + "/key", upTo: 1000)
            guard !name.isEmpty else { throw RuleError("expected an API key", at: pointer + "/key", key) }
            self.key = KeyID(name.utf8.span)
            keyName = String(APIKey.name(of: name))
        }
        if let path = value["path"] { self.path = try path.text(at: pointer + "/path", upTo: 1000) }
        if let life = value["life"] {
            guard on.string == "submit" || on.string == "any" else {
                throw RuleError(
                    "expected no 'life' here: a life is given to a task when it is submitted", at: pointer + "/life",
                    life)
            }
            let text = try life.text(at: pointer + "/life", upTo: Life.textLimit)
            do throws(TextError) {
                self.life = try Life(text)
            } catch {
                throw RuleError(error.description, at: pointer + "/life", life)
            }
        }
        if let answer = value["answer"] { self.answer = try ScriptedAnswer(answer, at: pointer + "/answer") }
        if let fault = value["fault"] { self.fault = try Fault(fault, of: kind, at: pointer + "/fault") }
        if life == nil, answer == nil, fault == nil {
            throw RuleError("expected 'life', 'answer' or 'fault'", at: pointer, value)
        }
        if kind == .socket, let answer = value["answer"] {
            throw RuleError(
                "expected no 'answer' here: a message of a WebSocket has no status", at: pointer + "/answer", answer)
        }
        times = try value["times"]?.whole(1...1_000_000, at: pointer + "/times")
        skip = try value["skip"]?.whole(0...1_000_000, at: pointer + "/skip") ?? 0
        every = try value["every"]?.whole(1...1_000_000, at: pointer + "/every") ?? 1
        if let chance = value["chance"] {
            guard let share = chance.double, (0...1).contains(share) else {
                throw RuleError("expected a number from 0 to 1", at: pointer + "/chance", chance)
            }
            self.chance = share
        }
        if let ttl = value["ttl"] {
            guard let text = ttl.string, let interval = Interval(text), interval > .zero,
                interval <= TextScanner.longestDuration
            else { throw RuleError("expected a duration such as \"30s\" or \"10m\"", at: pointer + "/ttl", ttl) }
            self.ttl = interval
        }
        setUsualTimes()
    }

    private static var kindNames: String { Kind.allCases.map(\.rawValue).joined(separator: ", ") }
}

extension ScriptedAnswer {
    fileprivate init(_ value: JSONValue, at pointer: String) throws(RuleError) {
        if value.kind == .integer {
            self.init(status: try value.whole(ScriptedAnswer.statuses, at: pointer))
            return
        }
        guard value.kind == .object else {
            throw RuleError("expected a status or an object with one", at: pointer, value)
        }
        try value.checkMembers(["status", "retry_after", "body", "fields"], at: pointer)
        guard let status = value["status"] else { throw RuleError("expected a member 'status'", at: pointer, value) }
        self.init(status: try status.whole(ScriptedAnswer.statuses, at: pointer + "/status"))
        retryAfter = try value["retry_after"]?.whole(0...86_400, at: pointer + "/retry_after")
        if let body = value["body"] {
            if body.kind == .string {
                self.body = try body.text(at: pointer + "/body", upTo: 1 << 20)
            } else {
                var writer = JSONWriter()
                writer.echo(body)
                self.body = writer.finish().bytes.text
            }
        }
        guard let fields = value["fields"] else { return }
        guard fields.kind == .object else { throw RuleError("expected an object", at: pointer + "/fields", fields) }
        for member in fields.members {
            let place = pointer + "/fields/" + member.key.bytes.text
            let name = member.key.bytes.text.lowercased()
            guard !name.isEmpty, name.utf8.count < 100, name.utf8.allSatisfy(\.isFieldName) else {
                throw RuleError("expected a field name", at: place, member.key)
            }
            let framing = ["content-length", "transfer-encoding", "connection"]
            if framing.contains(name) {
                throw RuleError("expected a field that is not about framing", at: place, member.key)
            }
            self.fields.append(Field(name: name, value: try member.value.text(at: place, upTo: 4096)))
        }
    }
}

extension Fault {
    fileprivate init(_ value: JSONValue, of kind: Rule.Kind, at pointer: String) throws(RuleError) {
        self.init()
        let possible = Name.allCases.filter { $0.kinds.contains(kind) }.map(\.rawValue)
        if value.kind == .string, let name = value.string {
            guard let only = Name(rawValue: name), possible.contains(name) else {
                throw value.isNotOne(of: possible, at: pointer)
            }
            try set(only, nil, value, at: pointer)
            return
        }
        guard value.kind == .object, value.count > 0 else {
            throw RuleError("expected an object with one of \(possible.joined(separator: ", "))", at: pointer, value)
        }
        for member in value.members {
            let name = member.key.bytes.text
            guard let fault = Name(rawValue: name), possible.contains(name) else {
                throw member.key.isNotOne(of: possible, at: pointer + "/" + name)
            }
            let argument: String?
            switch member.value.kind {
            case .bool where member.value.bool == true: argument = nil
            case .bool: continue
            case .string, .integer, .float: argument = member.value.bytes.text
            default: throw RuleError("expected a text, a number or true", at: pointer + "/" + name, member.value)
            }
            try set(fault, argument, member.value, at: pointer + "/" + name)
        }
        if self == Fault() { throw RuleError("expected a fault that is not false", at: pointer, value) }
    }

    private mutating func set(
        _ name: Name, _ argument: String?, _ value: JSONValue, at pointer: String
    ) throws(RuleError) {
        do throws(TextError) {
            try set(name, argument)
        } catch {
            throw RuleError(error.description, at: pointer, value)
        }
    }
}

extension JSONValue {
    fileprivate func checkMembers(_ names: [String], at pointer: String) throws(RuleError) {
        for member in members where !names.contains(member.key.bytes.text) {
            throw member.key.isNotOne(of: names, at: pointer + "/" + member.key.bytes.text)
        }
    }

    fileprivate func isNotOne(of names: [String], at pointer: String) -> RuleError {
        let given = string.map { String($0.prefix(60)) }
        let hint = given.flatMap { nearest(to: $0, among: names) }.map { "; did you mean '\($0)'?" } ?? ""
        let found = given.map { ", found '\($0)'" } ?? ""
        return RuleError("expected one of \(names.joined(separator: ", "))\(found)\(hint)", at: pointer, self)
    }

    fileprivate func text(at pointer: String, upTo limit: Int) throws(RuleError) -> String {
        guard let string, string.utf8.count <= limit else {
            throw RuleError("expected a text of at most \(limit) bytes", at: pointer, self)
        }
        return string
    }

    fileprivate func whole(_ range: ClosedRange<Int>, at pointer: String) throws(RuleError) -> Int {
        guard let integer, range.contains(integer) else {
            throw RuleError(
                "expected a whole number from \(range.lowerBound) to \(range.upperBound)", at: pointer, self)
        }
        return integer
    }
}

extension UInt8 {
    /// Whether the character may be in the name of a field.
    fileprivate var isFieldName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

// MARK: - Writing

extension JSONWriter {
    /// Writes the members of a rule; its key only by name.
    public mutating func members(of rule: Rule) {
        pair("on", rule.on.rawValue)
        if let key = rule.keyName { pair("key", key) }
        if let path = rule.path { pair("path", path) }
        if let life = rule.life { pair("life", life.text) }
        if let answer = rule.answer {
            key("answer")
            object { writer in
                writer.pair("status", answer.status)
                if let seconds = answer.retryAfter { writer.pair("retry_after", seconds) }
                if let body = answer.body { writer.pair("body", body) }
                if !answer.fields.isEmpty {
                    writer.key("fields")
                    writer.object {
                        for field in answer.fields {
                            $0.key(field.name)
                            $0.string(field.value)
                        }
                    }
                }
            }
        }
        if let fault = rule.fault {
            key("fault")
            object { writer in
                for item in fault.items {
                    writer.key(item.name.rawValue)
                    if let argument = item.argument { writer.string(argument) } else { writer.bool(true) }
                }
            }
        }
        if let times = rule.times { pair("times", times) }
        if rule.skip > 0 { pair("skip", rule.skip) }
        if rule.every > 1 { pair("every", rule.every) }
        if let chance = rule.chance { pair("chance", chance) }
        if let ttl = rule.ttl { pair("ttl", "\(ttl)") }
    }
}
