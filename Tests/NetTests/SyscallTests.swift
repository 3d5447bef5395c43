import Bytes
import Glibc
import Testing

@testable import Net

@Suite struct SyscallTests {
    @Test func aCallThatASignalInterruptsIsRepeated() throws {
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
    func anyOtherFailureIsToldAtOnce(number: CInt) {
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

    @Test func onlyMinusOneIsAFailure() throws {
        errno = EIO
        #expect(try Syscall.repeating { 0 } == 0)
        #expect(try Syscall.repeating { -2 } == -2)
    }

    /// With real signals: one that waits is interrupted, waits on, and sees what comes after.
    @Test func waitingOutlastsSignals() throws {
        _ = signal(SIGUSR1) { _ in }
        let pair = SocketPair()
        let far = Parcel(pair.far)
        let target = pthread_self()
        let disturber = try Thread("disturber") {
            let far = far.open()
            for _ in 0..<20 {
                pthread_kill(target, SIGUSR1)
                usleep(1000)
            }
            _ = try? far.send("a")
            // Stays until the other end has looked.
            _ = far.wait(for: .readable, milliseconds: 10_000)
        }
        let start = SystemClock.monotonicNanoseconds
        let ready = pair.near.wait(for: .readable, milliseconds: 10_000)
        let elapsed = SystemClock.monotonicNanoseconds - start
        #expect(ready)
        #expect(elapsed < 9_000_000_000)
        #expect(try pair.near.text() == "a")
        _ = try pair.near.send("b")
        disturber.join()
    }
}
