import Bytes
import Glibc
import Testing

@testable import Net
@testable import System

@Suite struct LockedTests {
    @Test func `one thread at a time holds the value`() throws {
        let locked = Locked(0)
        let work: @Sendable () -> Void = {
            for _ in 0..<1000 {
                locked.withLock { value in
                    let before = value
                    // Whoever else may come in does so here.
                    sched_yield()
                    value = before + 1
                }
            }
        }
        let threads = try (0..<3).map { TransferBox(try Thread("locked-\($0)", work)) }
        work()
        for thread in threads { thread.take().join() }
        #expect(locked.withLock { $0 } == 4000)
    }

    @Test func `an error thrown inside leaves it unlocked`() {
        let locked = Locked(1)
        #expect(throws: Errno.timedOut) {
            try locked.withLock { value in
                value = 2
                throw Errno.timedOut
            }
        }
        #expect(locked.withLock { $0 } == 2)
    }

    @Test func `it holds and returns a value that cannot be copied`() {
        let locked = Locked(Owned(text: "a"))
        let taken = locked.withLock { owned in
            var other = Owned(text: "b")
            swap(&owned, &other)
            return other
        }
        let text = taken.text
        #expect(text == "a")
        #expect(locked.withLock { $0.text } == "b")
    }

    private struct Owned: ~Copyable { let text: String }
}

@Suite struct ThreadTests {
    @Test func `joining waits for the end of a thread`() throws {
        let done = Locked(false)
        let thread = try Thread("slow") {
            usleep(20_000)
            done.withLock { $0 = true }
        }
        thread.join()
        #expect(done.withLock { $0 })
    }

    @Test func `a thread has its name and a number of its own`() throws {
        let seen = Locked(("", UInt(0)))
        try Thread("outpaint-test") {
            var name = [UInt8](repeating: 0, count: 32)
            let file = unsafe open("/proc/thread-self/comm", O_RDONLY)
            let count = unsafe read(file, &name, name.count)
            close(file)
            let text = String(decoding: name.prefix(max(0, count)), as: UTF8.self)
            seen.withLock { $0 = (text, Thread.current) }
        }.join()
        let (name, number) = seen.withLock { $0 }
        #expect(name == "outpaint-test\n")
        #expect(number != 0 && number != Thread.current)
    }

    @Test func `values that the body captured are released`() throws {
        final class Object: Sendable {}
        weak var weakly: Object?
        do {
            let object = Object()
            weakly = object
            try Thread("holder") { _ = object }.join()
        }
        #expect(weakly == nil)
    }
}

@Suite struct PriorityTests {
    @Test func `lowering the priority affects one thread alone`() throws {
        let value = Locked<CInt>(0)
        let thread = try Thread("behind") {
            Thread.goBehindOthers()
            value.withLock { $0 = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
        }
        let before = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        thread.join()
        #expect(value.withLock { $0 } == 10)
        #expect(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) == before)
    }
}
