import Testing

@testable import App

@Suite struct SettingKindTests {
    @Test(arguments: [
        ("0", 0), ("4096", 4096), ("8k", 8192), ("8K", 8192), ("8KiB", 8192), ("8kb", 8192), ("64MiB", 64 << 20),
        ("1G", 1 << 30), ("12B", 12),
    ])
    func sizesCountIn1024(text: String, bytes: Int) {
        #expect(ByteSize.parse(text) == bytes)
    }

    @Test(arguments: [
        "", "k", "-1", "+1", "1.5M", "8 k", "8q", "8kk", "0x10", "99999999999999999999", "9999999999T", "٣",
    ])
    func sizesThatAreNone(text: String) {
        #expect(ByteSize.parse(text) == nil)
    }

    @Test(arguments: [
        ("10s", Duration.seconds(10)), ("250ms", .milliseconds(250)), ("2m", .seconds(120)), ("1h", .seconds(3600)),
        ("0", .zero), ("0s", .zero),
    ])
    func timesHaveUnits(text: String, time: Duration) {
        #expect(Time.parse(text) == time)
    }

    @Test(arguments: ["", "10", "s", "-1s", "1.5s", "10 s", "10S", "1d", "9999999999999999999h", "99999999999999999h"])
    func timesThatAreNone(text: String) {
        #expect(Time.parse(text) == nil)
    }

    @Test(arguments: [0, 1, 1000, 1024, 1536, 8 << 10, 64 << 20, 1 << 30, 1 << 40])
    func aSizeShownReadsBack(bytes: Int) {
        #expect(ByteSize.parse(ByteSize.show(bytes)) == bytes)
    }

    @Test(arguments: [0, 1, 999, 1000, 1500, 60_000, 75_000, 3_600_000])
    func aTimeShownReadsBack(milliseconds: Int) {
        #expect(Time.parse(Time.show(.milliseconds(milliseconds))) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        ("127.0.0.1:4880", ListenAddress.tcp(host: "127.0.0.1", port: 4880)),
        ("localhost:0", .tcp(host: "localhost", port: 0)),
        ("[::1]:4880", .tcp(host: "::1", port: 4880)),
        ("unix:/run/outpaint.sock", .unix(path: "/run/outpaint.sock")),
        ("unix:relative", .unix(path: "relative")),
    ])
    func addressesReadAndShow(text: String, address: ListenAddress) {
        #expect(ListenAddress(text) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "4880", ":4880", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "::1:4880",
        "[::1]",
        "[127.0.0.1]:80", "256.0.0.1:80", "example.org:80", "unix:", "unix:" + String(repeating: "p", count: 108),
        "unix:a\0b", "127.0.0.1\0:80",
    ])
    func addressesThatAreNone(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test(arguments: ["http://a", "https://a/", "http://a/b//", "http://a:1?b=c@d", "http://a/@b#c/", "http://[::1]/"])
    func anAddressIsKeptAsItWasGiven(text: String) {
        #expect(WebAddress(text)?.text == text)
    }

    @Test(arguments: [
        "", "a", "/a", "ftp://a", "http://", "http:///a", "http://?a", "http://a b", "http://\u{e9}", "http://:80",
        "http://b@a", "http://b:c@a/", "http://@a",
    ])
    func addressesOnTheWebThatAreNone(text: String) {
        #expect(WebAddress(text) == nil && BaseAddress(text) == nil)
    }

    @Test(arguments: [
        ("http://a", "http://a"), ("http://a/", "http://a"), ("https://a:1/b//", "https://a:1/b"),
        ("http://a/@b", "http://a/@b"), ("http://a?", nil), ("http://a/b?c=d", nil), ("http://a#", nil),
        ("http://a/?", nil),
    ])
    func whatStandsBeforePathsHasNoSlashAtItsEnd(text: String, base: String?) {
        #expect(BaseAddress(text)?.text == base)
    }

    @Test(arguments: [
        ("http://127.0.0.1:4880", "http://127.0.0.1:4880/_emulator/health"),
        ("http://127.0.0.1:4880/", "http://127.0.0.1:4880/_emulator/health"),
        ("http://localhost/up?deep=1", "http://localhost:80/up?deep=1"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("unix:/run/outpaint.sock", "unix:/run/outpaint.sock"),
    ])
    func healthURLsReadAndShow(text: String, shown: String) {
        #expect(HealthURL(text)?.description == shown)
    }

    @Test(arguments: [
        "", "127.0.0.1:4880", "https://127.0.0.1", "http://", "http:///x", "http://example.org/", "http://127.0.0.1:0/",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y",
    ])
    func healthURLsThatAreNone(text: String) {
        #expect(HealthURL(text) == nil)
        // A check that asked elsewhere would answer for another server.
        let run = outpaint("health", "--url", text)
        #expect(run.code == 2)
        #expect(run.errors.hasPrefix("outpaint: --url: expected http://HOST[:PORT][/PATH] or unix:PATH, not "))
    }
}
