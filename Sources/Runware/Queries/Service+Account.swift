import JSON
import Tasks

extension Service {
    /// Replies with the details of a caller's account.
    func account(_ task: JSONValue, for caller: Caller, _ reply: @escaping Reply) throws(Refusal) {
        var question = AccountManagement()
        try read(task, AccountManagement.description, into: &question)
        let balance = Double(tasks.balance(of: caller.namespace)) / 1e6
        let immediate = ImmediateTask(
            .accountManagement, question.taskUUID, question.delivery, TaskLabel(task), echo(task), caller, reply)
        end(immediate) { writer in
            writer.pair("operation", question.operation.rawValue)
            writer.pair("organizationUUID", "\(caller.namespace.id)")
            writer.pair("organizationName", "Emulated")
            writer.pair("AIRSource", "emulated")
            writer.key("balance")
            writer.balance(balance, isObject: settings.balanceIsObject)
            writer.key("team")
            writer.array { _ in }
            writer.key("apiKeys")
            writer.array { keys in
                keys.object { key in
                    key.pair("apiKey", "********")
                    key.pair("name", "default")
                    key.key("enabled")
                    key.bool(true)
                }
            }
            writer.key("usage")
            writer.object { sums in
                sums.sum("total", usage.total(of: caller.namespace))
                sums.sum("today", usage.last(1, of: caller.namespace))
                sums.sum("last7Days", usage.last(7, of: caller.namespace))
                sums.sum("last30Days", usage.last(30, of: caller.namespace))
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func balance(_ dollars: Double, isObject: Bool) {
        guard isObject else { return double(dollars) }
        object { writer in
            writer.pair("amount", dollars)
            writer.pair("currency", "USD")
        }
    }

    fileprivate mutating func sum(_ name: StaticString, _ sum: Usage.Sum) {
        key(name)
        object { writer in
            writer.pair("credits", Double(sum.cost) / 1e6)
            writer.pair("requests", sum.requests)
        }
    }
}
