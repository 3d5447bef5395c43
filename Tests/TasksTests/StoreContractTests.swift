import Bytes
import Crypto
import System
import TestStores
import TestSupport
import Testing
import Time

@testable import Tasks

/// What every store of tasks has to do.
@Suite struct TaskStoreContractTests {
    enum Kind: CaseIterable {
        case memory, test

        func make() -> any TaskStore {
            switch self {
            case .memory: MemoryTaskStore()
            case .test: TestTaskStore()
            }
        }
    }

    private let owner = LeaseOwner(1)
    private let other = LeaseOwner(2)

    @Test(arguments: Kind.allCases)
    func `a record that was inserted is read back`(kind: Kind) throws {
        let store = kind.make()
        #expect(try store.record(TaskID(0, 1)) == nil && store.count == 0)
        var record = record(1)
        record.advance(to: Instant(secondsSince1970: 2000))
        try store.commit([.insert(record)], by: owner)
        let found = try #require(try store.record(record.id))
        #expect(found.id == record.id && found.namespace == record.namespace && found.seed == 1 && found.isUnmade)
        #expect(found.position == record.position && found.life == record.life && found.version == record.version)
        #expect(found.outbox == record.outbox && found.content == record.content && store.count == 1)
    }

    @Test(arguments: Kind.allCases)
    func `an insert under an id that is taken fails, and with it its whole batch`(kind: Kind) throws {
        let store = kind.make()
        try store.commit([.insert(record(1))], by: owner)
        #expect(throws: StoreError.taken(TaskID(0, 1))) {
            try store.commit([.insert(record(2)), .insert(record(1, by: "other"))], by: owner)
        }
        #expect(throws: StoreError.taken(TaskID(0, 1))) {
            try store.commit([.remove(TaskID(0, 3)), .insert(record(1, by: "other")), .insert(record(2))], by: owner)
        }
        #expect(try store.record(TaskID(0, 2)) == nil && store.count == 1)
        #expect(try store.record(TaskID(0, 1))?.namespace == Namespace("someone"))
    }

    @Test(arguments: Kind.allCases)
    func `an update of the version that is there counts the version up`(kind: Kind) throws {
        let store = kind.make()
        try store.commit([.insert(record(1))], by: owner)
        var changed = try #require(try store.record(TaskID(0, 1)))
        let version = changed.version
        changed.set(made)
        try store.commit([.update(changed)], by: other)
        let found = try #require(try store.record(changed.id))
        #expect(found.made == made && found.order == nil && found.version == version + 1)
    }

    @Test(arguments: Kind.allCases)
    func `an update of another version fails, and with it its whole batch`(kind: Kind) throws {
        let store = kind.make()
        try store.commit([.insert(record(1)), .insert(record(2))], by: owner)
        let (old, fresh) = try (#require(try store.record(TaskID(0, 1))), #require(try store.record(TaskID(0, 2))))
        try store.commit([.update(old)], by: owner)
        var changed = fresh
        changed.set(made)
        #expect(throws: StoreError.conflict(old.id)) {
            try store.commit([.update(changed), .update(old), .remove(fresh.id)], by: owner)
        }
        #expect(try store.record(fresh.id)?.made == nil && store.count == 2)
        #expect(throws: StoreError.conflict(TaskID(0, 9))) { try store.commit([.update(record(9))], by: owner) }
        #expect(store.count == 2)
    }

    @Test(arguments: Kind.allCases)
    func `a removed record is gone, and removing it again does nothing`(kind: Kind) throws {
        let store = kind.make()
        try store.commit([.insert(record(1)), .insert(record(2))], by: owner)
        try store.commit([.remove(TaskID(0, 1))], by: owner)
        try store.commit([.remove(TaskID(0, 1)), .remove(TaskID(0, 9))], by: owner)
        #expect(try store.record(TaskID(0, 1)) == nil && store.record(TaskID(0, 2)) != nil && store.count == 1)
        try store.commit([.insert(record(1))], by: owner)
        try store.commit([], by: owner)
        #expect(store.count == 2)
    }

    // MARK: - Leases

    @Test(arguments: Kind.allCases)
    func `unfinished tasks are claimed when their owner's lease has run out, by one other owner`(kind: Kind) throws {
        let store = kind.make()
        try store.renew(owner, for: .milliseconds(30))
        try store.commit((1...3).map { .insert(record($0)) }, by: owner)
        #expect(try store.claim(for: other, atMost: 10).isEmpty)
        #expect(try eventually { try store.claim(for: other, atMost: 2).count == 2 })
        // A claimed task has the lease of its new owner.
        try store.renew(other, for: .seconds(60))
        let third = LeaseOwner(3)
        #expect(try store.claim(for: third, atMost: 10).count == 1)
        try store.renew(third, for: .seconds(60))
        #expect(try store.claim(for: owner, atMost: 10).isEmpty)
        #expect(store.count == 3)
    }

    @Test(arguments: Kind.allCases)
    func `a lease that is renewed keeps its tasks`(kind: Kind) throws {
        let store = kind.make()
        try store.renew(owner, for: .zero)
        try store.commit([.insert(record(1))], by: owner)
        try store.renew(owner, for: .seconds(60))
        #expect(try store.claim(for: other, atMost: 10).isEmpty)
        #expect(try store.claim(for: owner, atMost: 10).isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `only tasks with work left are claimed`(kind: Kind) throws {
        let store = kind.make()
        var (done, unsent) = (record(1), record(2, outbox: [OutboxEntry(.webhook, to: "http://x/", retrying: .never)]))
        done.set(made)
        unsent.set(made)
        var failed = record(3, outbox: unsent.outbox)
        failed.set(made)
        failed.outbox[0].isDone = true
        try store.commit([done, unsent, failed, record(4)].map { .insert($0) }, by: owner)
        #expect(try Set(store.claim(for: other, atMost: 10).map(\.id)) == [TaskID(0, 2), TaskID(0, 4)])
    }

    // MARK: - Many records

    @Test(arguments: Kind.allCases)
    func `records are listed by key, in the order of their ids, page by page`(kind: Kind) throws {
        let store = kind.make()
        try store.commit(
            (1...9).map { .insert(record($0, by: $0 % 3 == 0 ? "other" : "someone")) }.shuffled(), by: owner)
        #expect(try store.list(nil, after: nil, atMost: 100).map(\.seed) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(try store.list(nil, after: TaskID(0, 4), atMost: 2).map(\.seed) == [5, 6])
        let key = Namespace("other").key
        #expect(try store.list(key, after: nil, atMost: 2).map(\.seed) == [3, 6])
        #expect(try store.list(key, after: TaskID(0, 6), atMost: 2).map(\.seed) == [9])
        #expect(try store.list(KeyID(1), after: nil, atMost: 2).isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `all records of a key, or all, are removed`(kind: Kind) throws {
        let store = kind.make()
        try store.commit((1...9).map { .insert(record($0, by: $0 % 3 == 0 ? "other" : "someone")) }, by: owner)
        try store.removeAll(Namespace("other").key)
        #expect(try store.list(nil, after: nil, atMost: 100).map(\.seed) == [1, 2, 4, 5, 7, 8] && store.count == 6)
        try store.removeAll(nil)
        #expect(try store.list(nil, after: nil, atMost: 100).isEmpty && store.count == 0)
    }

    @Test(arguments: Kind.allCases)
    func `of changes that threads make at once, none is lost`(kind: Kind) throws {
        let store = kind.make()
        try store.commit((1...4).map { .insert(record($0)) }, by: owner)
        let wrong = Locked(0)
        try onThreads(4) {
            for step in 0..<100 {
                while true {
                    do throws(StoreError) {
                        let id = TaskID(0, UInt64(step % 4 + 1))
                        guard let record = try store.record(id) else { return wrong.withLock { $0 += 1 } }
                        try store.commit([.update(record)], by: LeaseOwner(1))
                        break
                    } catch {
                        guard case .conflict = error else { return wrong.withLock { $0 += 1 } }
                    }
                }
            }
        }
        #expect(wrong.withLock { $0 } == 0)
        for number in 1...4 { #expect(try store.record(TaskID(0, UInt64(number)))?.version == 100) }
    }

    private let made = TaskRecord.Made(
        .ready, finished: Instant(secondsSince1970: 2))

    private func record(_ number: UInt64, by name: String = "someone", outbox: [OutboxEntry] = []) -> TaskRecord {
        let recipe = Recipe(canvas: .init(width: 1, height: 1))!
        return TaskRecord(
            id: TaskID(0, number), namespace: Namespace(name), content: SHA256.digest(ByteBuffer("x").bytes),
            order: TaskOrder(
                reference: BlobName(1), image: SHA256.digest(ByteBuffer().bytes), recipe: recipe, decodingBytes: 0),
            format: .png,
            seed: UInt32(number),
            cost: 1, resultLifetime: .seconds(10), retention: .seconds(20), accepted: Instant(secondsSince1970: 1000),
            outbox: outbox)
    }
}

/// What every store of bytes has to do.
@Suite struct BlobStoreContractTests {
    enum Kind: CaseIterable {
        case memory, file, test

        func make() -> any BlobStore {
            switch self {
            case .memory: MemoryBlobStore(folder: "/var/tmp", memory: 1 << 20)
            case .file: MemoryBlobStore(folder: "/var/tmp", memory: 0)
            case .test: TestBlobStore()
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `bytes are read back by their name`(kind: Kind) throws {
        let store = kind.make()
        let first = try store.put(ByteBuffer("first"), as: BlobName(1))
        let bytes = ByteBuffer("second one")
        let second = try store.put(copying: bytes.bytes, as: BlobName(2))
        #expect(first.count == 5 && second.count == 10 && store.usage.total == 15)
        #expect(try text(store.blob(BlobName(1))) == "first" && text(store.blob(BlobName(2))) == "second one")
        #expect(try store.blob(BlobName(3)) == nil)
        var part = ByteBuffer("a ")
        try second.append(2..<6, to: &part)
        #expect(part.bytes.text == "a cond")
        try store.remove(BlobName(1))
        try store.remove(BlobName(2))
    }

    @Test(arguments: Kind.allCases)
    func `removed bytes are gone by name, but read on by their users`(kind: Kind) throws {
        let store = kind.make()
        let blob = try store.put(ByteBuffer("bytes"), as: BlobName(1))
        try store.remove(BlobName(1))
        try store.remove(BlobName(1))
        #expect(try store.blob(BlobName(1)) == nil && text(blob) == "bytes")
    }

    @Test(arguments: Kind.allCases)
    func `an owned blob is removed with its last user`(kind: Kind) throws {
        let store = kind.make()
        do {
            let owned = OwnedBlob(BlobName(1), try store.put(ByteBuffer("bytes"), as: BlobName(1)), in: store)
            #expect(try store.blob(BlobName(1)) != nil)
            withExtendedLifetime(owned) {}
        }
        #expect(try store.blob(BlobName(1)) == nil && store.usage.total == 0)
    }

    @Test(arguments: Kind.allCases)
    func `threads may use a store at once`(kind: Kind) throws {
        let store = kind.make()
        let (next, wrong) = (Locked(UInt128(0)), Locked(0))
        try onThreads(4) {
            for _ in 0..<100 {
                let number = next.withLock { number in
                    number += 1
                    return number
                }
                let name = BlobName(number)
                let blob = try? store.put(ByteBuffer("number \(number)"), as: name)
                var room = ByteBuffer()
                let found = try? (try? store.blob(name) ?? blob)?.withBytes(&room) { $0.text }
                if found != "number \(number)" { wrong.withLock { $0 += 1 } }
                try? store.remove(name)
            }
        }
        #expect(wrong.withLock { $0 } == 0 && store.usage.total == 0)
    }

    private func text(_ blob: Blob?) throws -> String? {
        var room = ByteBuffer()
        return try blob?.withBytes(&room) { $0.text }
    }
}
