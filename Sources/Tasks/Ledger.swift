internal import System

/// What each namespace has to spend and has under way. What a task costs is set aside when it is accepted, and comes back when
/// it ends without a picture.
///
/// An account that differs in nothing from a new one is not kept. Past a number of accounts those go that nobody touched for
/// the longest, but none with a task under way: what is touched moves to `recent`; when that holds half of the number, what is
/// left of `older` goes, and `recent` takes its place.
final class Ledger: Sendable {
    private let balance: Int64
    private let half: Int
    private let accounts = Locked(Accounts())

    private struct Account {
        var spent: Int64 = 0
        var active = 0
    }

    private struct Accounts {
        var recent: [Namespace: Account] = [:]
        var older: [Namespace: Account] = [:]
    }

    init(balance: Int64, limit: Int) {
        (self.balance, half) = (balance, max(1, limit / 2))
    }

    /// The namespaces that are remembered.
    var count: Int { accounts.withLock { $0.recent.count + $0.older.count } }

    /// What is left to spend, in millionths of a credit.
    func balance(of namespace: Namespace) -> Int64 {
        accounts.withLock { balance - ($0.recent[namespace] ?? $0.older[namespace] ?? Account()).spent }
    }

    func active(of namespace: Namespace) -> Int {
        accounts.withLock { ($0.recent[namespace] ?? $0.older[namespace] ?? Account()).active }
    }

    enum Refusal: Error {
        case tooManyActive
        case insufficientCredits(balance: Int64)
    }

    /// Sets aside what a task costs, or several alike, and counts them as under way.
    func reserve(
        _ cost: Int64, times count: Int = 1, for namespace: Namespace, activeLimit: Int
    ) throws(Refusal) {
        try change(namespace) { account throws(Refusal) in
            if account.active > activeLimit - count { throw .tooManyActive }
            let left = balance - account.spent
            if left < cost * Int64(count) { throw .insufficientCredits(balance: left) }
            account.active += count
            account.spent += cost * Int64(count)
        }
    }

    /// A task is not under way any more; what it cost comes back unless it is charged.
    func settle(_ cost: Int64, for namespace: Namespace, isCharged: Bool) {
        change(namespace) { account in
            account.active -= 1
            if !isCharged { account.spent -= cost }
        }
    }

    private func change<E: Error>(_ namespace: Namespace, _ body: (inout Account) throws(E) -> Void) throws(E) {
        try accounts.withLock { accounts throws(E) in
            var account = accounts.recent[namespace] ?? accounts.older[namespace] ?? Account()
            try body(&account)
            accounts.older[namespace] = nil
            let isNew = account.spent == 0 && account.active == 0
            accounts.recent[namespace] = isNew ? nil : account
            if accounts.recent.count >= half {
                let active = accounts.older.filter { $0.value.active > 0 }
                accounts.older = accounts.recent
                accounts.recent = active
            }
        }
    }
}
