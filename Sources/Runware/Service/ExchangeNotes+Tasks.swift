import HTTP
import JSON
import Tasks

extension ExchangeNotes.Values {
    /// Records the message's task types and the first task's UUID found. A message that contains only queries counts as
    /// a poll.
    mutating func describe(_ tasks: [JSONValue], of caller: Caller) {
        key = caller.namespace.key.value
        task = tasks.lazy.compactMap { TaskLabel($0).uuid }.first.map { .text($0) }
        if !tasks.isEmpty, tasks.allSatisfy({ $0.isTask("getResponse") }) { kind = .poll }
    }
}
