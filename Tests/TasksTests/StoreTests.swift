import Bytes
import Crypto
import TestSupport
import Testing

@testable import Tasks

@Suite struct StoreTests {
    @Test func theStoreCountsWhatItHolds() {
        let store = MemoryTaskStore()
        var random = Seeded(1)
        let ids = (0..<1000).map { _ in TaskID(random.next(), random.next()) }
        for id in ids {
            #expect(store.insert(record(id, cost: 1)))
            #expect(!store.insert(record(id, cost: 2)))
        }
        #expect(store.count == 1000)
        for (i, id) in ids.enumerated() {
            store.end(id, .init(.ready, started: 0, finished: 0, forgotten: Int64(i)))
        }
        store.forget(at: 499)
        #expect(store.count == 500)
        for (i, id) in ids.enumerated() {
            let isThere = store.record(id) != nil
            #expect(isThere == (i >= 500))
        }
    }

    private func record(_ id: TaskID, cost: Int64) -> TaskRecord {
        TaskRecord(
            id: id, namespace: Namespace("someone"), content: SHA256.digest(ByteBuffer().bytes), format: .png, seed: 0,
            cost: cost, resultLifetime: 0, accepted: 0)
    }
}
