import HTTP
import Tasks
import Testing
import Time

@testable import App

@Suite struct SettingKindTests {
    @Test(arguments: [
        ("0", 0), ("4096", 4096), ("8k", 8192), ("8K", 8192), ("8KiB", 8192), ("8kb", 8192), ("64MiB", 64 << 20),
        ("1G", 1 << 30), ("12B", 12),
    ])
    func `sizes count in 1024`(text: String, bytes: Int) {
        #expect(ByteSize.parse(text) == bytes)
    }

    @Test(arguments: [
        "", "k", "-1", "+1", "1.5M", "8 k", "8q", "8kk", "0x10", "99999999999999999999", "9999999999T", "٣",
    ])
    func `a text that is no size is refused`(text: String) {
        #expect(ByteSize.parse(text) == nil)
    }

    @Test(arguments: [
        ("10s", Interval.seconds(10)), ("250ms", .milliseconds(250)), ("2m", .seconds(120)), ("1h", .seconds(3600)),
        ("0", .zero), ("0s", .zero),
    ])
    func `times have units`(text: String, time: Interval) {
        #expect(Interval(text) == time)
    }

    @Test(arguments: ["", "10", "s", "-1s", "1.5s", "10 s", "10S", "1d", "9999999999999999999h", "99999999999999999h"])
    func `a text that is no time is refused`(text: String) {
        #expect(Interval(text) == nil)
    }

    @Test(arguments: [0, 1, 1000, 1024, 1536, 8 << 10, 64 << 20, 1 << 30, 1 << 40])
    func `a size that is shown reads back`(bytes: Int) {
        #expect(ByteSize.parse(ByteSize.show(bytes)) == bytes)
    }

    @Test(arguments: [0, 1, 999, 1000, 1500, 60_000, 75_000, 3_600_000])
    func `a time that is shown reads back`(milliseconds: Int) {
        #expect(Interval(Interval.milliseconds(milliseconds).description) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        ("127.0.0.1:4880", ListenAddress.tcp(host: "127.0.0.1", port: 4880)),
        ("localhost:0", .tcp(host: "localhost", port: 0)),
        ("[::1]:4880", .tcp(host: "::1", port: 4880)),
        ("unix:/run/outpaint.sock", .unix(path: "/run/outpaint.sock")),
        ("unix:relative", .unix(path: "relative")),
    ])
    func `a listen address reads and shows the same`(text: String, address: ListenAddress) {
        #expect(ListenAddress(text) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "4880", ":4880", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "::1:4880",
        "[::1]",
        "[127.0.0.1]:80", "256.0.0.1:80", "example.org:80", "unix:", "unix:" + String(repeating: "p", count: 108),
        "unix:a\0b", "127.0.0.1\0:80",
    ])
    func `a text that is no listen address is refused`(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test(arguments: ["http://a", "https://a/", "http://a/b//", "http://a:1?b=c@d", "http://a/@b#c/", "http://[::1]/"])
    func `a web address is kept as given`(text: String) {
        #expect(WebAddress(text)?.text == text)
    }

    @Test(arguments: [
        "", "a", "/a", "ftp://a", "http://", "http:///a", "http://?a", "http://a b", "http://\u{e9}", "http://:80",
        "http://b@a", "http://b:c@a/", "http://@a",
    ])
    func `a text that is no web address is refused`(text: String) {
        #expect(WebAddress(text) == nil && BaseAddress(text) == nil)
    }

    @Test(arguments: [
        ("http://a", "http://a"), ("http://a/", "http://a"), ("https://a:1/b//", "https://a:1/b"),
        ("http://a/@b", "http://a/@b"), ("http://a?", nil), ("http://a/b?c=d", nil), ("http://a#", nil),
        ("http://a/?", nil),
    ])
    func `a base address has no query and no slash at its end`(text: String, base: String?) {
        #expect(BaseAddress(text)?.text == base)
    }

    @Test(arguments: [
        ("http://127.0.0.1:4880", "http://127.0.0.1:4880/_emulator/health"),
        ("http://127.0.0.1:4880/", "http://127.0.0.1:4880/_emulator/health"),
        ("http://localhost/up?deep=1", "http://localhost:80/up?deep=1"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("unix:/run/outpaint.sock", "unix:/run/outpaint.sock"),
    ])
    func `a health URL reads, and shows its port and path`(text: String, shown: String) {
        #expect(HealthURL(text)?.description == shown)
    }

    @Test(arguments: [
        "", "127.0.0.1:4880", "https://127.0.0.1", "http://", "http:///x", "http://example.org/", "http://127.0.0.1:0/",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y",
    ])
    func `a text that is no health URL is refused`(text: String) {
        #expect(HealthURL(text) == nil)
        // A check of another URL would report on another server.
        let run = outpaint("health", "--url", text)
        #expect(run.code == 2)
        #expect(run.errors.hasPrefix("outpaint: --url: expected http://HOST[:PORT][/PATH] or unix:PATH, not "))
    }

    @Test(arguments: [("0", Int?.none), ("1", 1), ("65535", 65_535)])
    func `zero stands for no bound`(text: String, bound: Int?) {
        #expect(SettingKind<Int?>.bound(65_535).parse(text) == .some(bound))
        #expect(SettingKind<Int?>.bound(65_535).show(bound) == text)
    }

    @Test func `credits are kept in millionths`() {
        #expect(SettingKind<Int64>.credits.parse("7") == 7_000_000)
        #expect(SettingKind<Int64>.credits.show(7_000_000) == "7")
        #expect(SettingKind<Int64>.credits.parse("1000000000001") == nil)
    }

    @Test func `every named life reads and shows the same`() {
        for (name, life) in Life.named {
            #expect(SettingKind<Life>.life.parse(name) == life)
            #expect(SettingKind<Life>.life.show(life) == name)
        }
        #expect(SettingKind<Life>.life.parse("pending*3") == nil)
    }

    @Test(arguments: [("1000", 1000), ("4999", 4999), ("1005", nil), ("999", nil), ("65536", nil), ("0", nil)])
    func `a close code is one that a frame may carry`(text: String, code: Int?) {
        #expect(SettingKind<Int>.closeCode.parse(text) == code)
        #expect(SettingKind<WebSocket.CloseCode>.closeCode.parse(text).map { Int($0.rawValue) } == code)
    }
}
