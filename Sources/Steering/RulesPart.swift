public import Bytes
internal import JSON
internal import System
public import Tasks
public import Time

/// The rules and their counters, for reset, export and import.
extension Steering: WorldPart {
    public var name: StaticString { "rules" }

    public func reset(_ key: KeyID?) {
        change { state in
            guard let key else {
                state = State(initial: state.initial)
                for rule in state.initial { _ = insert(rule, &state) }
                return
            }
            state.entries.removeAll { $0.rule.key == key }
            for rule in state.initial where rule.key == key { _ = insert(rule, &state) }
            for index in state.entries.indices { state.entries[index].counters[key] = nil }
            state.texts = state.texts.filter { $0.key.key != key }
            state.occurrences = state.occurrences.filter { $0.key.key != key }
        }
        gates.openAll(of: key)
    }

    public func export(_ key: KeyID?, to archive: inout ArchiveWriter) {
        let (entries, number) = change { state in
            (state.entries.filter { key == nil || $0.rule.key == key }, state.number)
        }
        archive.write(number)
        archive.write(optional: key) { $1.write($0) }
        archive.write(list: entries) { entry, archive in
            archive.write(entry.number)
            // The text names no key: it may be a secret.
            var rule = entry.rule
            rule.keyName = nil
            var writer = JSONWriter()
            writer.object { $0.members(of: rule) }
            let text = writer.finish()
            archive.write(text.bytes)
            archive.write(optional: entry.rule.key) { $1.write($0) }
            archive.write(optional: entry.expires) { $1.write($0) }
            archive.write(list: entry.counters.map { $0 }) { counter, archive in
                archive.write(optional: counter.key) { $1.write($0) }
                archive.write(counter.value.met)
                archive.write(counter.value.applied)
            }
        }
    }

    public func prepare(_ content: SharedBytes) throws(WorldError) -> () throws(WorldError) -> Void {
        let (number, key, entries) = try reading(content) { (reader) throws(ArchiveError) in
            (
                try reader.integer(),
                try reader.optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.key() },
                try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.entry() }
            )
        }
        return { [self] in
            change { state in
                let kept = key == nil ? [] : state.entries.filter { $0.rule.key != key }
                let taken = Set(kept.map(\.number))
                state.number = max(state.number, number)
                state.entries = kept
                for entry in entries.prefix(max(0, Rule.listLimit - kept.count)) {
                    var number = entry.number
                    if taken.contains(number) { (state.number, number) = (state.number + 1, state.number + 1) }
                    state.entries.append(
                        Entry(number: number, rule: entry.rule, expires: entry.expires, counters: entry.counters))
                }
            }
        }
    }
}

extension ArchiveReader {
    fileprivate mutating func entry() throws(ArchiveError) -> Steering.Entry {
        let number = try integer()
        guard let document = try? JSONDocument(parsing: try run()), var rule = try? Rule(document.root, at: "") else {
            throw error
        }
        rule.key = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.key() }
        let expires = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.instant() }
        let counters = try list { (reader: inout ArchiveReader) throws(ArchiveError) in
            (
                try reader.optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.key() },
                Steering.Counter(met: try reader.integer(), applied: try reader.integer())
            )
        }
        var entry = Steering.Entry(number: number, rule: rule, expires: expires)
        for (key, counter) in counters { entry.counters[key] = counter }
        return entry
    }
}
