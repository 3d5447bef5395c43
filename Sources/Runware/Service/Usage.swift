import System
import Tasks

/// How much each caller has asked for and spent, by days.
final class Usage: Sendable {
    private let clock: Clock
    private let limit: Int
    private let accounts = Locked<[Namespace: Account]>([:])

    /// Tasks, and what they cost in millionths.
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
        /// The last days with anything to tell, the newest last.
        var days: [(day: Int64, sum: Sum)] = []
    }

    /// `limit` callers are remembered.
    init(clock: Clock, limit: Int) { (self.clock, self.limit) = (clock, limit) }

    private var today: Int64 { clock.now / .seconds(86_400) }

    func add(_ sum: Sum, for namespace: Namespace) {
        let today = today
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

    /// All that a caller has used.
    func total(of namespace: Namespace) -> Sum { accounts.withLock { $0[namespace]?.total ?? Sum() } }

    /// What a caller has used in so many days up to now.
    func last(_ days: Int64, of namespace: Namespace) -> Sum {
        let first = today - days + 1
        return accounts.withLock { accounts in
            var sum = Sum()
            for entry in accounts[namespace]?.days ?? [] where entry.day >= first { sum.add(entry.sum) }
            return sum
        }
    }
}
