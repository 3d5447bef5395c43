import Bytes
import Crypto
import Net
import Tasks

/// The memory of a kept task, and the time of a look at one of few and one of many.
func benchStore() throws {
    for count in [1_000, 100_000, 1_000_000] {
        var settings = Settings()
        settings.taskLimit = .max
        let store = MemoryTaskStore()
        let workshop = Workshop(settings, store: store)
        let before = try memory("RssAnon:")
        let clock = Clock.system()
        var ids: [TaskID] = []
        ids.reserveCapacity(count)
        let base = try memory("RssAnon:")
        let namespace = Namespace(service: "bench", key: ByteBuffer("key").bytes)
        var text = ByteBuffer()
        for number in 0..<count {
            text.removeAll()
            text.append(decimal: number)
            let content = SHA256.digest(text.bytes)
            let draw = workshop.randomness.draw(namespace, content)
            let now = clock.now
            _ = store.insert(
                TaskRecord(
                    id: draw.id, namespace: namespace, content: content, format: .png, seed: draw.number, cost: 1,
                    resultLifetime: .seconds(600), accepted: now))
            store.end(draw.id, .init(.ready, started: now, finished: now, forgotten: now + .seconds(3600)))
            ids.append(draw.id)
        }
        let bytes = (try memory("RssAnon:") - base) * 1024 / count - MemoryLayout<TaskID>.stride
        var best = Int64.max
        for round in 0..<7 {
            var random = UInt64(round) &* 0x9e37_79b9_7f4a_7c15 | 1
            var found = 0
            let start = SystemClock.monotonicNanoseconds
            for _ in 0..<400_000 {
                random ^= random << 13
                random ^= random >> 7
                random ^= random << 17
                if workshop.task(ids[Int(random % UInt64(count))]) != nil { found += 1 }
            }
            precondition(found == 400_000)
            best = min(best, SystemClock.monotonicNanoseconds - start)
        }
        print("\(count) tasks: \(bytes) bytes each, a look takes \(best / 400_000) ns", before < 0 ? "" : "")
    }
}
