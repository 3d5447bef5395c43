import Glibc
import Testing

@testable import Net
@testable import System

@Suite struct ErrnoTests {
    @Test(arguments: [
        (EAGAIN, "Resource temporarily unavailable"), (EADDRINUSE, "Address already in use"),
        (ECONNRESET, "Connection reset by peer"), (99_999, "error 99999"),
    ])
    func errorsHaveTheWordsOfTheCLibrary(number: CInt, words: String) {
        #expect("\(Errno(number))" == words)
    }
}
