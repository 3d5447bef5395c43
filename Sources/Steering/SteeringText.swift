public import Tasks

/// The short text by which a client steers what happens to it: `life=pending*3, ready; submit=429 retry-after=2`.
public struct SteeringText: Hashable, Sendable {
    public internal(set) var life: Life?
    /// What happens to exchanges, in order.
    public internal(set) var rules: [Rule] = []

    /// The longest text.
    static let limit = 8192
    /// The longest text that is made of those in header, prompt, picture and key.
    static let joinedLimit = 1 << 20

    /// Parses a text. `kinds` are the kinds of exchanges that it may speak of.
    public init(_ text: String, kinds: [Rule.Kind] = Rule.Kind.allCases) throws(TextError) {
        try self.init(text, kinds: kinds, upTo: SteeringText.limit)
    }

    init(_ text: String, kinds: [Rule.Kind] = Rule.Kind.allCases, upTo limit: Int) throws(TextError) {
        var scanner = TextScanner(text)
        guard text.utf8.count <= limit else {
            throw scanner.error("a text of at most \(limit) bytes")
        }
        while true {
            try item(&scanner, kinds)
            guard scanner.takes(UInt8(ascii: ";")) else { break }
            scanner.skipSpaces()
            if scanner.isAtEnd { break }
        }
        scanner.skipSpaces()
        if !scanner.isAtEnd { throw scanner.error("';' or the end of the text") }
    }

    private mutating func item(_ scanner: inout TextScanner, _ kinds: [Rule.Kind]) throws(TextError) {
        let start = scanner
        let names = ["life"] + Rule.Kind.allCases.map(\.rawValue)
        let expected = "life= or what happens to an exchange, such as submit=503"
        let name = try scanner.name(among: names, expected)
        guard let kind = Rule.Kind(rawValue: name) else {
            try scanner.expect(UInt8(ascii: "="))
            life = try scanner.life(orName: true)
            return
        }
        guard kinds.contains(kind) else {
            throw start.error(
                "one of \((["life"] + kinds.map(\.rawValue)).joined(separator: ", ")), since only these can be said here"
            )
        }
        try scanner.expect(UInt8(ascii: "="))
        var rule = Rule(on: kind)
        try scanner.effects(of: &rule)
        rules.append(rule)
    }
}

extension TextScanner {
    /// A life, or the name of one.
    mutating func life(orName: Bool) throws(TextError) -> Life {
        let before = self
        let name = word()
        skipSpaces()
        if let named = Life.named.first(where: { $0.name == name }), isAtEnd || next == UInt8(ascii: ";") {
            return named.life
        }
        self = before
        return try life()
    }

    /// A status or faults, and the options of a rule.
    fileprivate mutating func effects(of rule: inout Rule) throws(TextError) {
        let start = self
        skipSpaces()
        if UInt8(ascii: "0") <= next, next <= UInt8(ascii: "9") {
            rule.answer = ScriptedAnswer(status: try number(ScriptedAnswer.statuses, "a status"))
        }
        let options = ["retry-after", "times", "skip", "every", "chance"]
        let names = Fault.Name.allCases.map(\.rawValue)
        while true {
            skipSpaces()
            if isAtEnd || next == UInt8(ascii: ";") { break }
            let place = self
            let name = try name(
                among: names + options, "a status, a fault such as cut(0.5) or an option such as times=2")
            if let fault = Fault.Name(rawValue: name) {
                guard fault.kinds.contains(rule.on) else {
                    let possible = Fault.Name.allCases.filter { $0.kinds.contains(rule.on) }.map(\.rawValue)
                    throw place.error("a fault of \(rule.on.rawValue): \(possible.joined(separator: ", "))")
                }
                try set(fault, of: &rule)
                continue
            }
            try expect(UInt8(ascii: "="))
            switch name {
            case "retry-after":
                guard rule.answer != nil else { throw place.error("a status before retry-after") }
                rule.answer?.retryAfter = try number(0...86_400, "seconds")
            case "times": rule.times = try number(1...1_000_000, "a number of times")
            case "skip": rule.skip = try number(0...1_000_000, "a number of exchanges")
            case "every": rule.every = try number(1...1_000_000, "a number of exchanges")
            default: rule.chance = try fraction(0...1, "a share")
            }
        }
        if rule.answer == nil, rule.fault == nil { throw start.error("a status or a fault") }
    }

    /// Sets a fault, whose arguments come next. Places of mistakes in them count from the beginning of the whole text.
    private mutating func set(_ name: Fault.Name, of rule: inout Rule) throws(TextError) {
        let start = error("").position
        let arguments = try arguments()
        let place = arguments == nil ? start : start + 1
        var fault = rule.fault ?? Fault()
        do throws(TextError) {
            try fault.set(name, arguments)
        } catch {
            var moved = error
            moved.position += place
            throw moved
        }
        rule.fault = fault
    }

    /// What stands in parentheses, with parentheses inside; `nil` if there are none.
    private mutating func arguments() throws(TextError) -> String? {
        guard next == UInt8(ascii: "(") else { return nil }
        return try balanced()
    }
}
