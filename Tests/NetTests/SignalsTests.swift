import Glibc
import Testing

@testable import Net
@testable import System

/// On threads of their own, since what is blocked stays blocked on a thread.
@Suite struct SignalsTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func `a termination signal is read and interrupts nothing`(number: CInt) throws {
        let seen = Locked<[CInt?]>([])
        try Thread("signals") {
            // As on a program's first thread. If they stayed so, the signal below would end the test here.
            var set = sigset_t()
            unsafe sigemptyset(&set)
            unsafe sigaddset(&set, SIGINT)
            unsafe sigaddset(&set, SIGTERM)
            unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
            guard let signals = try? Signals.termination() else { return }
            let before = Signals.next(signals)
            // To this thread alone, so that other tests never see it.
            pthread_kill(pthread_self(), number)
            let isReadable = signals.wait(for: .readable, milliseconds: 10_000)
            let first = isReadable ? Signals.next(signals) : -1
            let second = Signals.next(signals)
            seen.withLock { $0 = [before, first, second] }
        }.join()
        #expect(seen.withLock { $0 } == [nil, number, nil])
    }

    @Test func `writing to a peer that is gone does not end the process`() throws {
        let result = Locked((0, CInt(0)))
        try Thread("pipe") {
            guard (try? Signals.termination()) != nil else { return }
            let near = SocketPair().closingFar()
            // A plain write, which raises SIGPIPE where nobody has it ignored.
            let count = unsafe write(near.number, [1], 1)
            let reason = errno
            result.withLock { $0 = (count, reason) }
        }.join()
        let (count, reason) = result.withLock { $0 }
        #expect(count == -1)
        #expect(reason == EPIPE)
    }
}
