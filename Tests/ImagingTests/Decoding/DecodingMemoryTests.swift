import Imaging
import Parallel
import Synchronization
import TestSupport
import Testing

/// The memory that pictures share while they are decoded.
@Suite struct DecodingMemoryTests {
    @Test func `shares are granted up to the limit`() throws {
        let memory = DecodingMemory(limit: 100)
        let first = try #require(memory.share(of: 60))
        #expect(memory.share(of: 41) == nil && memory.inUse == 60)
        let second = try #require(memory.share(of: 40))
        #expect(memory.share(of: 1) == nil && memory.share(of: 0) != nil)
        first.giveBack()
        first.giveBack()
        #expect(memory.inUse == 40)
        second.giveBack()
        #expect(memory.inUse == 0)
    }

    @Test func `a sole user gets what it needs even above the limit`() throws {
        let memory = DecodingMemory(limit: 100)
        let share = try #require(memory.share(of: 1000))
        #expect(memory.share(of: 1) == nil)
        share.giveBack()
        #expect(memory.share(of: 1) != nil)
    }

    @Test func `a share that is released without being returned gives its memory back`() {
        let memory = DecodingMemory(limit: 100)
        do {
            let share = memory.awaitedShare(of: 70)
            #expect(memory.inUse == 70)
            withExtendedLifetime(share) {}
        }
        #expect(memory.inUse == 0)
    }

    @Test func `returned memory is announced to those who wait`() throws {
        let memory = DecodingMemory(limit: 100)
        let times = Atomic(0)
        let share = try #require(memory.share(of: 60))
        memory.whenFreed { _ = times.add(1, ordering: .relaxed) }
        share.giveBack()
        share.giveBack()
        #expect(times.load(ordering: .relaxed) == 1)
    }

    @Test func `concurrent shares never exceed the limit`() {
        let memory = DecodingMemory(limit: 100)
        let used = Atomic(0)
        let most = Atomic(0)
        ComputePool(count: 4).run { number in
            var random = Seeded(UInt64(number))
            for _ in 0..<500 {
                let bytes = Int(random.next() % 100) + 1
                let share = memory.awaitedShare(of: bytes)
                most.max(used.add(bytes, ordering: .relaxed).newValue, ordering: .relaxed)
                used.subtract(bytes, ordering: .relaxed)
                share.giveBack()
            }
        }
        let seen = most.load(ordering: .relaxed)
        #expect(seen > 50 && seen <= 100)
        #expect(memory.inUse == 0)
    }
}
