import Bytes
import Glibc
import Synchronization
import Testing
import Time

@testable import Net
@testable import System

@Suite struct SyscallTests {
    @Test func `an interrupted call is repeated`() throws {
        var calls = 0
        let result = try Syscall.repeating { () -> CInt in
            calls += 1
            if calls == 4 { return 7 }
            errno = EINTR
            return -1
        }
        #expect(result == 7)
        #expect(calls == 4)
    }

    @Test(arguments: [EAGAIN, EMFILE, ECONNABORTED, EINPROGRESS])
    func `any other failure is reported at once`(number: CInt) {
        var calls = 0
        #expect(throws: Errno(number)) {
            try Syscall.repeating { () -> Int in
                calls += 1
                errno = number
                return -1
            }
        }
        #expect(calls == 1)
    }

    @Test func `only -1 is a failure`() throws {
        errno = EIO
        #expect(try Syscall.repeating { 0 } == 0)
        #expect(try Syscall.repeating { -2 } == -2)
    }

    /// With real signals: one that waits is interrupted, waits on, and sees what comes after.
    @Test func `waiting outlasts signals`() throws {
        _ = signal(SIGUSR1) { _ in handled.add(1, ordering: .relaxed) }
        let before = handled.load(ordering: .relaxed)
        let outcome = Locked<(ready: Bool, elapsed: Interval)?>(nil)
        let waiting = try Thread("waiting") {
            let pair = SocketPair()
            let far = pair.far.number
            // Threads of tests may hold signals off, and this one has its mask from them.
            var set = sigset_t()
            unsafe sigemptyset(&set)
            unsafe sigaddset(&set, SIGUSR1)
            unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
            let target = pthread_self()
            let disturber = try? Thread("disturber") {
                for _ in 0..<20 {
                    pthread_kill(target, SIGUSR1)
                    usleep(1000)
                }
                _ = unsafe write(far, [1], 1)
            }
            let start = Ticks.now
            let ready = pair.near.wait(for: .readable, milliseconds: 10_000)
            let elapsed = Ticks.now - start
            disturber?.join()
            _ = consume pair
            outcome.withLock { $0 = (ready, elapsed) }
        }
        waiting.join()
        let (ready, elapsed) = try #require(outcome.withLock { $0 })
        #expect(ready)
        #expect(elapsed < .seconds(9))
        #expect(handled.load(ordering: .relaxed) > before)
    }
}

/// How many signals a test's handler has seen.
private let handled = Atomic<Int>(0)
