internal import Bytes
public import Crypto
internal import HTTP
internal import Synchronization
internal import System
public import Tasks
public import Time

/// Decides what happens to each exchange: by the rules, and by the texts that clients send.
///
/// What a caller sees depends on its own requests and on emulated time alone: each key has counters of its own, and each
/// draw is a function of the seed, the key, the request, its occurrence and the rule.
public final class Steering: Sendable {
    let agenda: Agenda
    private let randomness: Randomness
    /// Whether answers say what was applied.
    let showsApplied: Bool
    let state = Locked(State())
    private let ruleCount = Atomic<Int>(0)
    let gates: DelayGates

    struct State {
        var entries: [Entry] = []
        /// The rules that a reset restores.
        var initial: [Rule] = []
        var number = 0
        /// The counters of rules that texts contain.
        var texts: [TextRule: Counter] = [:]
        var occurrences: [Occurrence: Int] = [:]
    }

    /// A rule with its counters.
    struct Entry {
        let number: Int
        let rule: Rule
        let expires: Instant?
        var counters: [KeyID?: Counter] = [:]

        var met: Int { counters.values.reduce(0) { $0 + $1.met } }
        var applied: Int { counters.values.reduce(0) { $0 + $1.applied } }
    }

    struct Counter {
        /// The exchanges that matched.
        var met = 0
        /// The exchanges that it applied to.
        var applied = 0
    }

    struct TextRule: Hashable {
        let key: KeyID?
        let source: TextSource
        let rule: Rule
    }

    /// Equal requests, as draws count them.
    struct Occurrence: Hashable {
        let purpose: String
        let key: KeyID?
        let request: SHA256.Digest
    }

    /// The most counters of texts and of requests; beyond it they start over.
    private static let counterLimit = 100_000

    public init(_ agenda: Agenda, _ randomness: Randomness, showsApplied: Bool = true) {
        (self.agenda, self.randomness, self.showsApplied) = (agenda, randomness, showsApplied)
        gates = DelayGates(agenda)
    }

    /// Whether there is any rule. Without one, only texts have effects.
    public var hasRules: Bool { ruleCount.load(ordering: .relaxed) > 0 }

    // MARK: - Rules

    /// A rule as lists show it.
    public struct Listing: Sendable {
        public let number: Int
        public let rule: Rule
        public let met: Int
        public let applied: Int
    }

    public var rules: [Listing] {
        change { state in
            state.entries.map { Listing(number: $0.number, rule: $0.rule, met: $0.met, applied: $0.applied) }
        }
    }

    /// Adds rules behind the others, all or none; returns their numbers, or `nil` if there would be too many.
    public func add(_ rules: [Rule]) -> [Int]? {
        change { state in
            guard state.entries.count + rules.count <= Rule.listLimit else { return nil }
            return rules.map { insert($0, &state) }
        }
    }

    /// Replaces all rules, or those of a key.
    public func replace(_ key: KeyID?, with rules: [Rule]) -> [Int]? {
        change { state in
            let kept = key == nil ? [] : state.entries.filter { $0.rule.key != key }
            guard kept.count + rules.count <= Rule.listLimit else { return nil }
            state.entries = kept
            return rules.map { insert($0, &state) }
        }
    }

    /// Sets the rules that exist from the start, and again after a reset.
    public func begin(with rules: [Rule]) {
        change { state in
            state.initial = rules
            for rule in rules { _ = insert(rule, &state) }
        }
    }

    /// Removes a rule. Returns false if there is none with this number.
    public func remove(_ number: Int) -> Bool {
        change { state in
            let count = state.entries.count
            state.entries.removeAll { $0.number == number }
            return state.entries.count < count
        }
    }

    func insert(_ rule: Rule, _ state: inout State) -> Int {
        state.number += 1
        let expires = rule.ttl.map { agenda.clock.now(for: rule.key) + $0 }
        state.entries.append(Entry(number: state.number, rule: rule, expires: expires))
        return state.number
    }

    func change<Value>(_ body: (inout State) -> Value) -> Value {
        state.withLock { state in
            state.entries.removeAll { entry in
                entry.expires.map { $0 <= agenda.clock.now(for: entry.rule.key) } ?? false
            }
            defer { ruleCount.store(state.entries.count, ordering: .relaxed) }
            return body(&state)
        }
    }

    // MARK: - Exchanges

    /// An exchange, as rules see it.
    public struct Question: Sendable {
        public let kind: Rule.Kind
        public let key: KeyID?
        public let path: String
        /// What makes equal requests equal.
        public let request: @Sendable () -> SHA256.Digest

        public init(
            _ kind: Rule.Kind, by key: KeyID?, at path: String = "", request: @escaping @Sendable () -> SHA256.Digest
        ) {
            (self.kind, self.key, self.path, self.request) = (kind, key, path, request)
        }
    }

    /// What the rules do to an exchange.
    public func effects(on question: Question) -> Effects {
        var effects = Effects()
        guard hasRules else { return effects }
        change { state in
            for index in state.entries.indices {
                let entry = state.entries[index]
                guard entry.rule.matches(question.kind, question.key, question.path) else { continue }
                var counter = entry.counters[question.key] ?? Counter()
                consider(entry.rule, "rule \(entry.number)", question, &counter, &state.occurrences, &effects)
                if state.entries[index].counters.count >= Steering.counterLimit { state.entries[index].counters = [:] }
                state.entries[index].counters[question.key] = counter
            }
        }
        return effects
    }

    /// Adds what a text does to an exchange, as far as nothing before it has decided that.
    public func add(_ text: SteeringText, from source: TextSource, to effects: inout Effects, _ question: Question) {
        if let life = text.life, effects.life == nil, question.kind == .submit {
            effects.life = life
            effects.applied.append("life=\(life.text) (\(source.rawValue))")
        }
        for rule in text.rules where rule.matches(question.kind, question.key, question.path) {
            let id = TextRule(key: question.key, source: source, rule: rule)
            state.withLock { state in
                var counter = state.texts[id] ?? Counter()
                consider(rule, source.rawValue, question, &counter, &state.occurrences, &effects)
                if rule.isCounted {
                    if state.texts.count >= Steering.counterLimit { state.texts = [:] }
                    state.texts[id] = counter
                }
            }
        }
    }

    private func consider(
        _ rule: Rule, _ source: String, _ question: Question, _ counter: inout Counter,
        _ occurrences: inout [Occurrence: Int], _ effects: inout Effects
    ) {
        counter.met += 1
        let isWanted =
            rule.life != nil && effects.life == nil && question.kind == .submit
            || rule.answer != nil
                && effects.answer == nil
            || rule.fault != nil && effects.fault == nil
        guard isWanted, counter.met > rule.skip, (counter.met - rule.skip - 1) % rule.every == 0,
            rule.times.map({ counter.applied < $0 }) ?? true
        else { return }
        if let chance = rule.chance {
            let number = draw("chance \(source)", question, &occurrences)
            // 53 bits make every share from 0 up to, but not, 1.
            guard Double(number >> 11) / Double(1 << 53) < chance else { return }
        }
        counter.applied += 1
        var said: [String] = []
        if let life = rule.life, effects.life == nil, question.kind == .submit {
            effects.life = life
            said.append("life=\(life.text)")
        }
        if let answer = rule.answer, effects.answer == nil {
            effects.answer = answer
            said.append("\(question.kind.rawValue)=\(answer.status)")
        }
        if var fault = rule.fault, effects.fault == nil {
            if case .spread(let median, let sigma) = fault.delay {
                let bits = draw("delay \(source)", question, &occurrences)
                fault.delay = .fixed(.logNormal(median: median, sigma: sigma, drawnBy: bits))
            }
            effects.fault = fault
            said.append("\(question.kind.rawValue)=\(fault.text)")
        }
        effects.applied.append(said.joined(separator: "; ") + " (\(source))")
    }

    private func draw(_ purpose: String, _ question: Question, _ occurrences: inout [Occurrence: Int]) -> UInt64 {
        let request = question.request()
        if occurrences.count >= Steering.counterLimit { occurrences = [:] }
        let occurrence = Occurrence(purpose: purpose, key: question.key, request: request)
        let count = occurrences[occurrence, default: 0]
        occurrences[occurrence] = count + 1
        return randomness.number(for: purpose, question.key, request, occurrence: count)
    }

    // MARK: - Time

    /// Calls `body` when this much emulated time has passed for a key.
    public func call(after delay: Interval, for key: KeyID?, _ body: @escaping @Sendable () -> Void) {
        gates.gate(after: delay, for: key).whenOpen(body)
    }
}

extension Rule {
    /// Whether its effect depends on how often it was met.
    fileprivate var isCounted: Bool { times != nil || skip > 0 || every > 1 }
}
