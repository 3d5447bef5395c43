import Bytes
import System
import Tasks
import Time

/// The number and the cost of each caller's tasks, per day.
final class Usage: Sendable {
    private let clock: Clock
    private let limit: Int
    private let accounts = Locked<[Namespace: Account]>([:])

    /// The number of tasks, and their cost in millionths of a dollar.
    struct Sum: Sendable, Equatable {
        var requests = 0
        var cost: Int64 = 0

        mutating func add(_ other: Sum) {
            requests += other.requests
            cost += other.cost
        }
    }

    private struct Account {
        var total = Sum()
        /// The most recent days with any usage, the newest last.
        var days: [(day: Int, sum: Sum)] = []
    }

    /// Records the usage of at most `limit` callers.
    init(clock: Clock, limit: Int) { (self.clock, self.limit) = (clock, limit) }

    private func today(_ namespace: Namespace) -> Int { clock.now(for: namespace.key).secondsSince1970 / 86_400 }

    func add(_ sum: Sum, for namespace: Namespace) {
        let today = today(namespace)
        accounts.withLock { accounts in
            if accounts[namespace] == nil, accounts.count >= limit { accounts.removeAll() }
            var account = accounts[namespace] ?? Account()
            account.total.add(sum)
            if account.days.last?.day != today {
                account.days.append((today, Sum()))
                if account.days.count > 30 { account.days.removeFirst() }
            }
            account.days[account.days.count - 1].sum.add(sum)
            accounts[namespace] = account
        }
    }

    /// The total usage of a caller.
    func total(of namespace: Namespace) -> Sum { accounts.withLock { $0[namespace]?.total ?? Sum() } }

    /// The usage of a caller in the given number of days, today included.
    func last(_ days: Int, of namespace: Namespace) -> Sum {
        let first = today(namespace) - days + 1
        return accounts.withLock { accounts in
            var sum = Sum()
            for entry in accounts[namespace]?.days ?? [] where entry.day >= first { sum.add(entry.sum) }
            return sum
        }
    }
}

// MARK: - WorldPart

extension Usage: WorldPart {
    var name: StaticString { "runware usage" }

    func reset(_ key: KeyID?) {
        accounts.withLock { $0 = key == nil ? [:] : $0.filter { $0.key.key != key } }
    }

    func export(_ key: KeyID?, to archive: inout ArchiveWriter) {
        let accounts = accounts.withLock { $0.filter { key == nil || $0.key.key == key } }
        archive.write(list: accounts.map { $0 }) { account, archive in
            archive.write(account.key)
            archive.write(account.value.total)
            archive.write(list: account.value.days) { day, archive in
                archive.write(day.day)
                archive.write(day.sum)
            }
        }
    }

    func prepare(_ content: SharedBytes) throws(WorldError) -> () throws(WorldError) -> Void {
        let loaded = try reading(content) { (reader) throws(ArchiveError) in
            try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                let namespace = try reader.namespace(of: [Service.name])
                var account = Account(total: try reader.sum())
                account.days = try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                    (day: try reader.integer(), sum: try reader.sum())
                }
                return (namespace, account)
            }
        }
        return { [accounts] in
            accounts.withLock { accounts in for (namespace, account) in loaded { accounts[namespace] = account } }
        }
    }
}

extension ArchiveWriter {
    fileprivate mutating func write(_ sum: Usage.Sum) {
        write(sum.requests)
        write(Int(sum.cost))
    }
}

extension ArchiveReader {
    fileprivate mutating func sum() throws(ArchiveError) -> Usage.Sum {
        Usage.Sum(requests: try integer(), cost: Int64(try integer()))
    }
}
