import Bytes
import Crypto
import Net
import Tasks
import Time

/// The memory of a kept task, and the time of a look at one of few and one of many.
func benchStore() throws {
    for count in [1_000, 100_000, 1_000_000] {
        var settings = Settings()
        settings.taskLimit = .max
        let store = MemoryTaskStore()
        var foundations = TaskService.Foundations()
        foundations.store = store
        let service = TaskService(settings, on: foundations)
        let owner = LeaseOwner.random()
        var ids: [TaskID] = []
        ids.reserveCapacity(count)
        let base = try memory("RssAnon:")
        let namespace = Namespace(service: "bench", key: ByteBuffer("key").bytes)
        var text = ByteBuffer()
        for number in 0..<count {
            text.removeAll()
            text.append(decimal: number)
            let content = SHA256.digest(text.bytes)
            let draw = service.randomness.draw(namespace, content)
            let record = TaskRecord(
                id: draw.id, namespace: namespace, content: content, order: nil, format: .png, seed: draw.number,
                cost: 1,
                resultLifetime: .seconds(600), retention: .hours(1), accepted: service.clock.now())
            try store.commit([.insert(record)], by: owner)
            ids.append(draw.id)
        }
        let bytes = (try memory("RssAnon:") - base) * 1024 / count - MemoryLayout<TaskID>.stride
        var best = Int64.max
        for round in 0..<7 {
            var random = UInt64(round) &* 0x9e37_79b9_7f4a_7c15 | 1
            var found = 0
            let start = Ticks.now.nanoseconds
            for _ in 0..<400_000 {
                random ^= random << 13
                random ^= random >> 7
                random ^= random << 17
                if try service.task(ids[Int(random % UInt64(count))]) != nil { found += 1 }
            }
            precondition(found == 400_000)
            best = min(best, Ticks.now.nanoseconds - start)
        }
        print("\(count) tasks: \(bytes) bytes each, a look takes \(best / 400_000) ns")
    }
}
