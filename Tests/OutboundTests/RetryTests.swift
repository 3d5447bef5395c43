import Outbound
import Testing

struct RetryTests {
    @Test func `delays double up to the cap`() {
        let retry = Retry.doubling(from: .seconds(1), upTo: .seconds(5), times: 5)
        #expect(retry.delays == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5)])
    }

    @Test func `the cap limits the first delay`() {
        #expect(Retry.doubling(from: .seconds(9), upTo: .seconds(5), times: 2).delays == [.seconds(5), .seconds(5)])
    }

    @Test func `a thousand doublings do not overflow`() {
        #expect(Retry.doubling(from: .seconds(1), upTo: .seconds(60), times: 1000).delays.last == .seconds(60))
    }

    @Test(
        arguments: [
            (.unknownHost, true), (.cannotConnect, true), (.tls, true), (.time, true), (.broken, true),
            (.status(408), true),
            (.status(429), true), (.status(500), true), (.status(503), true), (.status(302), false),
            (.status(400), false),
            (.status(404), false), (.badURL, false), (.refusedAddress, false), (.certificate, false),
            (.unavailable, false),
            (.stopped, false), (.tooLarge(limit: 1), false),
        ] as [(OutboundError, Bool)]) func `only temporary errors are retried`(_ error: OutboundError, _ mayPass: Bool)
    {
        #expect(error.mayPass == mayPass)
    }
}
