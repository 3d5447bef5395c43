import Bytes
import HTTP
import JSON
import Steering

// Rules: what happens to exchanges that match them.

extension ControlPlane {
    func listRules(_ call: Call) -> Response {
        let rules = steering.rules.filter { call.key == nil || $0.rule.key == call.key }
        return .json(.ok, text(of: rules))
    }

    func addRules(_ call: Call) throws(Problem) -> Response {
        let rules = try rules(in: call)
        guard let numbers = steering.add(rules) else { throw tooMany }
        return .json(
            Status(201), text(of: steering.rules.filter { numbers.contains($0.number) }, isOne: numbers.count == 1))
    }

    func replaceRules(_ call: Call) throws(Problem) -> Response {
        let rules = try rules(in: call)
        guard let numbers = steering.replace(call.key, with: rules) else { throw tooMany }
        return .json(.ok, text(of: steering.rules.filter { numbers.contains($0.number) }))
    }

    func removeRules(_ call: Call) -> Response {
        _ = steering.replace(call.key, with: [])
        return Response(.noContent)
    }

    func showRule(_ call: Call) throws(Problem) -> Response {
        guard let rule = steering.rules.first(where: { "\($0.number)" == call.parameter }) else {
            throw noSuchRule(call)
        }
        return .json(.ok, text(of: [rule], isOne: true))
    }

    func removeRule(_ call: Call) throws(Problem) -> Response {
        guard let number = Int(call.parameter), steering.remove(number) else { throw noSuchRule(call) }
        return Response(.noContent)
    }

    private func noSuchRule(_ call: Call) -> Problem {
        Problem(.notFound, "There is no rule '\(call.parameter.prefix(60))'. GET /_emulator/rules lists all.")
    }

    private var tooMany: Problem {
        Problem(Status(422), "There must not be more than \(Rule.listLimit) rules.", at: "")
    }

    /// The rules of a body. In a call for one key they are that key's.
    private func rules(in call: Call) throws(Problem) -> [Rule] {
        let value = try call.json()
        do throws(RuleError) {
            var rules = try Rule.list(value)
            if let key = call.key {
                for index in rules.indices {
                    guard rules[index].key == nil || rules[index].key == key else {
                        throw RuleError("expected no other key than that of the call", at: "/\(index)/key", nil)
                    }
                    (rules[index].key, rules[index].keyName) = (key, call.keyName)
                }
            }
            return rules
        } catch {
            throw Problem(error)
        }
    }

    private func text(of rules: [Steering.Listing], isOne: Bool = false) -> ByteBuffer {
        var writer = JSONWriter()
        if isOne, let rule = rules.first {
            writer.rule(rule)
        } else {
            writer.array { for rule in rules { $0.rule(rule) } }
        }
        return writer.finish()
    }
}

extension JSONWriter {
    fileprivate mutating func rule(_ listing: Steering.Listing) {
        object { writer in
            writer.pair("id", listing.number)
            writer.members(of: listing.rule)
            writer.pair("met", listing.met)
            writer.pair("applied", listing.applied)
        }
    }
}
