import Bytes
import Glibc
import Testing

@testable import Net
@testable import System

@Suite struct ThreadPoolTests {
    @Test func `one thread keeps the order`() {
        let pool = ThreadPool("order", threads: 1)
        let done = Locked<[Int]>([])
        // More than the queue clears away at once.
        for number in 0..<3000 { pool.run { done.withLock { $0.append(number) } } }
        pool.stop()
        #expect(done.withLock { $0 } == Array(0..<3000))
    }

    @Test func `queues take turns`() {
        let pool = ThreadPool("turns", threads: 1)
        let isOpen = Locked(false)
        let done = Locked("")
        let isBusy = Locked(false)
        pool.run {
            isBusy.update { $0 = true }
            isOpen.wait { $0 ? .done(()) : .again }
        }
        isBusy.wait { $0 ? .done(()) : .again }
        for (line, name) in [(1, "a"), (1, "b"), (1, "c"), (2, "d"), (0, "e"), (2, "f")] as [(UInt64, String)] {
            pool.run(inQueue: line) { done.withLock { $0 += name } }
        }
        isOpen.update { $0 = true }
        pool.stop()
        #expect(done.withLock { $0 } == "adebfc")
    }

    @Test func `stopping waits for all jobs that were submitted`() {
        let pool = ThreadPool("all", threads: 3)
        let isOpen = Locked(false)
        let done = Locked(0)
        for _ in 0..<100 {
            pool.run {
                isOpen.wait { $0 ? .done(()) : .again }
                done.withLock { $0 += 1 }
            }
        }
        #expect(done.withLock { $0 } == 0)
        isOpen.update { $0 = true }
        pool.stop()
        #expect(done.withLock { $0 } == 100)
    }

    @Test func `jobs run at the same time`() {
        let pool = ThreadPool("beside", threads: 2)
        let inside = Locked(0)
        // Each waits for the other: one thread alone would never be through.
        for _ in 0..<2 {
            pool.run {
                inside.update { $0 += 1 }
                inside.wait { $0 == 2 ? .done(()) : .again }
            }
        }
        pool.stop()
        #expect(inside.update { $0 } == 2)
    }

    @Test func `many threads may submit at once`() throws {
        let pool = ThreadPool("many", threads: 2)
        let done = Locked(0)
        let givers = try (0..<4).map { _ in
            TransferBox(try Thread("giver") { for _ in 0..<500 { pool.run { done.withLock { $0 += 1 } } } })
        }
        for giver in givers { giver.take().join() }
        pool.stop()
        #expect(done.withLock { $0 } == 2000)
    }

    @Test(arguments: [true, false]) func `after the end the caller runs the job itself`(wasUsed: Bool) {
        let pool = ThreadPool("late", threads: 1)
        if wasUsed { pool.run {} }
        pool.stop()
        let thread = Locked(UInt(0))
        pool.run { thread.withLock { $0 = Thread.current } }
        #expect(thread.withLock { $0 } == Thread.current)
        pool.stop()
    }

    @Test func `a thread has the pool's name`() {
        let pool = ThreadPool("pool-name", threads: 1)
        let name = Locked("")
        pool.run {
            var bytes = [UInt8](repeating: 0, count: 32)
            let file = unsafe open("/proc/thread-self/comm", O_RDONLY)
            let count = unsafe read(file, &bytes, bytes.count)
            close(file)
            name.withLock { $0 = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) }
        }
        pool.stop()
        #expect(name.withLock { $0 } == "pool-name\n")
    }

    @Test func `values that jobs captured are released`() {
        final class Object: Sendable {}
        weak var weakly: Object?
        let pool = ThreadPool("holder", threads: 1)
        do {
            let object = Object()
            weakly = object
            pool.run { _ = object }
        }
        pool.stop()
        #expect(weakly == nil)
    }
}
