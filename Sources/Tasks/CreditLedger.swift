internal import System
internal import Time

/// The balance and the active tasks of each namespace. The cost of a task is reserved when it is accepted, and refunded
/// if it ends without a picture.
///
/// Accounts equal to a new one are not stored. Beyond the limit, the least recently used accounts without active tasks
/// are evicted: an account that is used moves to `recent`; when `recent` reaches half of the limit, the accounts left
/// in `older` are dropped and `recent` replaces `older`.
final class CreditLedger: Sendable {
    private let balance: Int64
    private let half: Int
    private let state = Locked(State())

    private struct Account {
        var spent: Int64 = 0
        var active = 0
    }

    private struct Reservation {
        let namespace: Namespace
        let cost: Int64
    }

    private struct State {
        var recent: [Namespace: Account] = [:]
        var older: [Namespace: Account] = [:]
        var reservations: [TaskID: Reservation] = [:]

        func account(_ namespace: Namespace) -> Account { recent[namespace] ?? older[namespace] ?? Account() }
    }

    init(balance: Int64, limit: Int) {
        (self.balance, half) = (balance, max(1, limit / 2))
    }

    /// The number of stored accounts.
    var count: Int { state.withLock { $0.recent.count + $0.older.count } }

    /// The remaining balance, in millionths of a credit.
    func balance(of namespace: Namespace) -> Int64 { state.withLock { balance - $0.account(namespace).spent } }

    func active(of namespace: Namespace) -> Int { state.withLock { $0.account(namespace).active } }

    enum Refusal: Error {
        case tooManyActive
        case insufficientCredits(balance: Int64)
    }

    /// Checks whether `count` tasks of this cost could be reserved.
    func check(_ cost: Int64, times count: Int, for namespace: Namespace, activeLimit: Int) throws(Refusal) {
        try state.withLock { state throws(Refusal) in try check(cost, count, state.account(namespace), activeLimit) }
    }

    /// Reserves the cost of each task and counts the tasks as active.
    func reserve(
        _ cost: Int64, for tasks: [TaskID], of namespace: Namespace, activeLimit: Int
    ) throws(Refusal) {
        try state.withLock { state throws(Refusal) in
            var account = state.account(namespace)
            try check(cost, tasks.count, account, activeLimit)
            account.active += tasks.count
            account.spent += cost * Int64(tasks.count)
            for task in tasks { state.reservations[task] = Reservation(namespace: namespace, cost: cost) }
            keep(account, namespace, &state)
        }
    }

    private func check(_ cost: Int64, _ count: Int, _ account: Account, _ activeLimit: Int) throws(Refusal) {
        if account.active > activeLimit - count { throw .tooManyActive }
        let left = balance - account.spent
        if left < cost * Int64(count) { throw .insufficientCredits(balance: left) }
    }

    /// Ends a reservation, and refunds it unless the task is charged. Further calls have no effect.
    func settle(_ task: TaskID, isCharged: Bool) {
        state.withLock { state in
            guard let reservation = state.reservations.removeValue(forKey: task) else { return }
            var account = state.account(reservation.namespace)
            account.active -= 1
            if !isCharged { account.spent -= reservation.cost }
            keep(account, reservation.namespace, &state)
        }
    }

    // MARK: - Reset, export and import

    /// Discards the accounts of a key, or all.
    func reset(_ key: KeyID?) {
        state.withLock { state in
            guard let key else {
                state = State()
                return
            }
            state.recent = state.recent.filter { $0.key.key != key }
            state.older = state.older.filter { $0.key.key != key }
            state.reservations = state.reservations.filter { $0.value.namespace.key != key }
        }
    }

    /// The amounts that the namespaces of a key, or all, have spent on ended tasks.
    func spent(_ key: KeyID?) -> [(namespace: Namespace, spent: Int64)] {
        state.withLock { state in
            var spent = state.older.merging(state.recent) { $1 }.mapValues(\.spent)
            for reservation in state.reservations.values {
                spent[reservation.namespace, default: 0] -= reservation.cost
            }
            return spent.filter { (key == nil || $0.key.key == key) && $0.value != 0 }.map { ($0.key, $0.value) }
        }
    }

    func restore(_ accounts: [(Namespace, Int64)]) {
        state.withLock { state in
            for (namespace, spent) in accounts { keep(Account(spent: spent, active: 0), namespace, &state) }
        }
    }

    /// Reserves the cost of a task that was accepted earlier, whatever the balance.
    func restoreReservation(_ task: TaskID, _ cost: Int64, of namespace: Namespace) {
        state.withLock { state in
            var account = state.account(namespace)
            account.active += 1
            account.spent += cost
            state.reservations[task] = Reservation(namespace: namespace, cost: cost)
            keep(account, namespace, &state)
        }
    }

    private func keep(_ account: Account, _ namespace: Namespace, _ state: inout State) {
        state.older[namespace] = nil
        let isNew = account.spent == 0 && account.active == 0
        state.recent[namespace] = isNew ? nil : account
        if state.recent.count >= half {
            let active = state.older.filter { $0.value.active > 0 }
            state.older = state.recent
            state.recent = active
        }
    }
}
