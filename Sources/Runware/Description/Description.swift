import Bytes
import JSON

/// The parameters of a `Task`, from which validation and errors are derived.
struct Description<Task>: Sendable {
    let parameters: [Parameter<Task>]
    /// Constraints across several parameters.
    let rules: [Rule<Task>]
    /// Paths under which callers wrongly place a parameter, each with the correct path.
    let misplaced: [String: String]

    init(_ parameters: [Parameter<Task>], rules: [Rule<Task>] = [], misplaced: [String: String] = [:]) {
        (self.parameters, self.rules, self.misplaced) = (parameters, rules, misplaced)
    }

    /// Reads an object into `task`, or returns its violations: first of the parameters in their order, nested ones
    /// included, then of unknown members, then of the rules; at most `limit` in total.
    func read(
        _ object: JSONValue, into task: inout Task, refusingUnknown: Bool = true, limit: Int = .max
    ) -> [Violation] {
        var reading = Reading<Task>(refusesUnknown: refusingUnknown, limit: limit, misplaced: misplaced)
        reading.read(object, parameters, under: "", into: &task)
        let broken = reading.violations.flatMap(\.paths)
        // Rules apply only to valid parameters; the others already have a violation.
        for rule in rules where !rule.concerns(broken) && !rule.holds(task) {
            reading.violations.append(Violation(rule.violation, rule.paths, message: rule.message))
        }
        return Array(reading.violations.prefix(limit))
    }
}

/// A constraint across several parameters.
struct Rule<Task>: Sendable {
    let paths: [String]
    let violation: Violation.Kind
    let message: String
    let holds: @Sendable (Task) -> Bool

    /// Whether the rule involves one of these paths or a path inside of one.
    func concerns(_ broken: [String]) -> Bool {
        paths.contains { path in broken.contains { path == $0 || path.hasPrefix($0 + ".") } }
    }
}

/// The state of reading a task.
private struct Reading<Task> {
    let refusesUnknown: Bool
    let limit: Int
    let misplaced: [String: String]
    var violations: [Violation] = []

    mutating func read(
        _ object: JSONValue, _ parameters: [Parameter<Task>], under prefix: String, into task: inout Task
    ) {
        var found = [JSONValue?](repeating: nil, count: parameters.count)
        var unknown: [String] = []
        for member in object.members {
            if let index = parameters.firstIndex(where: { member.key.bytes.equals($0.name) }) {
                found[index] = member.value
            } else if unknown.count < limit {
                unknown.append(prefix + member.key.bytes.characters(upTo: Violation.longestName).text)
            }
        }
        for (parameter, value) in zip(parameters, found) where violations.count < limit {
            let path = "\(prefix)\(parameter.name)"
            guard let value else {
                if parameter.isRequired { violations.append(.missing(path, parameter.bounds)) }
                continue
            }
            if !parameter.take(value, into: &task) {
                violations.append(.invalid(path, parameter.bounds))
            } else if !parameter.inner.isEmpty {
                read(value, parameter.inner, under: path + ".", into: &task)
            }
        }
        guard refusesUnknown else { return }
        for path in unknown where violations.count < limit {
            let hint = misplaced[path].map { " Did you mean \($0)?" } ?? ""
            violations.append(Violation(.unknown, [path], message: "The parameter \(path) is not supported.\(hint)"))
        }
    }
}
