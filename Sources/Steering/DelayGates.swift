internal import HTTP
internal import System
internal import Time

/// Gates that open when some emulated time has passed.
final class DelayGates: Sendable {
    private let agenda: Agenda
    private let source = Locked<Agenda.Source?>(nil)
    private let waiting = Locked(Waiting())

    private struct Waiting {
        var number: UInt128 = 0
        var gates: [UInt128: (gate: Gate, key: KeyID)] = [:]
    }

    init(_ agenda: Agenda) {
        self.agenda = agenda
        source.withLock { $0 = agenda.source("delay") { [weak self] number, _ in self?.open(number) ?? { "nothing" } } }
    }

    /// A gate that opens when this much time has passed for a key.
    func gate(after delay: Interval, for key: KeyID?) -> Gate {
        let gate = Gate()
        // Exchanges of nobody follow the time that all share.
        let key = key ?? KeyID(0)
        guard let source = source.withLock({ $0 }) else { return gate }
        let number = waiting.withLock { waiting in
            waiting.number += 1
            waiting.gates[waiting.number] = (gate, key)
            return waiting.number
        }
        agenda.add(source, number, for: key, at: agenda.clock.now(for: key) + delay)
        return gate
    }

    private func open(_ number: UInt128) -> Agenda.Account {
        waiting.withLock { $0.gates.removeValue(forKey: number)?.gate }?.open()
        return { "delay over" }
    }

    /// Opens the gates of a key, or all: after a reset nothing would.
    func openAll(of key: KeyID?) {
        let gates = waiting.withLock { waiting in
            let opened = waiting.gates.filter { key == nil || $0.value.key == key }
            for number in opened.keys { waiting.gates[number] = nil }
            return opened.values.map(\.gate)
        }
        for gate in gates { gate.open() }
    }
}
