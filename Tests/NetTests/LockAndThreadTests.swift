import Glibc
import Testing

@testable import Net

@Suite struct LockedTests {
    @Test func oneThreadAtATimeHasTheValue() throws {
        let locked = Locked([Int]())
        let work: @Sendable () -> Void = {
            for number in 0..<5000 { locked.withLock { $0.append(number) } }
        }
        let threads = Locked<[ThreadBox]>([])
        for index in 0..<3 {
            let box = ThreadBox(try Thread("locked-\(index)", work))
            threads.withLock { $0.append(box) }
        }
        work()
        for box in threads.withLock({ $0 }) { box.join() }
        let numbers = locked.withLock { $0 }
        #expect(numbers.count == 20_000)
        let sum = numbers.reduce(0, +)
        #expect(sum == 49_990_000)
    }

    @Test func whatIsThrownInsideLeavesItUnlocked() {
        let locked = Locked(1)
        #expect(throws: Errno.timedOut) {
            try locked.withLock { value in
                value = 2
                throw Errno.timedOut
            }
        }
        #expect(locked.withLock { $0 } == 2)
    }

    @Test func itHoldsAndGivesWhatCannotBeCopied() {
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
    @Test func joiningWaitsForTheEnd() throws {
        let done = Locked(false)
        let thread = try Thread("slow") {
            usleep(20_000)
            done.withLock { $0 = true }
        }
        thread.join()
        #expect(done.withLock { $0 })
    }

    @Test func aThreadHasItsNameAndANumberOfItsOwn() throws {
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

    @Test func whatTheBodyHoldsIsReleased() throws {
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

/// A thread that can be kept in an array.
final class ThreadBox: Sendable {
    private let thread: Locked<Thread?>
    init(_ thread: consuming Thread) { self.thread = Locked<Thread?>(thread) }
    func join() { thread.withLock { $0.take() }?.join() }
}
