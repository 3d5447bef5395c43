import Testing

@testable import App
@testable import Time

@Suite struct AccessLogTests {
    let record = AccessRecord(
        time: Timestamp(nanoseconds: 1_770_091_506_789_000_000), requestID: "r-1", client: "127.0.0.1:5000",
        method: "GET",
        target: "/v1/get_result?id=7&sig=abc", status: 200, bytesIn: 120, bytesOut: 260,
        duration: Interval(nanoseconds: 85_000),
        userAgent: "curl/8.0 \"x\"\n")

    @Test func `a record in text format is one readable line`() {
        let sink = Captured()
        AccessLog(format: .text, sink: sink).write(record)
        #expect(
            sink.text
                == "2026-02-03T04:05:06.789Z 127.0.0.1:5000 GET /v1/get_result?id=7&sig=*** status=200 in=120 out=260 "
                + "us=85 id=r-1 agent=\"curl/8.0 \\\"x\\\"\\n\"\n")
    }

    @Test func `a record in JSON format names every value`() {
        let sink = Captured()
        AccessLog(format: .json, sink: sink).write(record)
        #expect(
            sink.text == #"{"time":"2026-02-03T04:05:06.789Z","client":"127.0.0.1:5000","method":"GET","#
                + #""path":"/v1/get_result?id=7&sig=***","status":200,"in":120,"out":260,"us":85,"id":"r-1","#
                + #""agent":"curl/8.0 \"x\"\n"}"# + "\n")
    }

    @Test func `a log that is off creates no records`() {
        let sink = Captured()
        let log = AccessLog(format: .off, sink: sink)
        var made = false
        func make() -> AccessRecord {
            made = true
            return record
        }
        log.write(make())
        #expect(!made && !log.isOn && sink.text.isEmpty)
    }

    @Test(arguments: [
        ("/", "/"),
        ("/a?b=c&d", "/a?b=c&d"),
        ("/a?sig=s3cret", "/a?sig=***"),
        ("/a?sig=s3=cret&se=1", "/a?sig=***&se=1"),
        ("/a?x=1&SIG=s3cret#f", "/a?x=1&SIG=***"),
        ("/a?%73i%67=s3cret", "/a?%73i%67=***"),
        (
            "/a?api_key=s3cret&api-key=s3cret&apikey=s3cret&X-Key=s3cret",
            "/a?api_key=***&api-key=***&apikey=***&X-Key=***"
        ),
        ("/a?x=1;token=s3cret", "/a?x=1;token=***"),
        ("/a?X-Amz-Signature=s3cret", "/a?X-Amz-Signature=***"),
        ("/a?sig=s3cret&sig=s3cret", "/a?sig=***&sig=***"),
        ("/a??sig=s3cret", "/a??sig=s3cret"),
        ("/a?sig", "/a?sig"),
        ("/a?design=1&keyboard=2", "/a?design=1&keyboard=2"),
        ("http://user:s3cret@host/a?b", "***@host/a?b"),
        ("*", "*"),
        ("", ""),
        ("/a?%7", "/a?%7"),
    ])
    func `secrets in a target are redacted`(target: String, logged: String) {
        #expect(Redaction.target(target) == logged)
    }

    @Test func `the ready line names every listener`() {
        let listeners: [ListenAddress] = [
            .tcp(host: "127.0.0.1", port: 4880), .tcp(host: "::1", port: 4880), .unix(path: "/run/a b.sock"),
        ]
        let (text, json, one) = (Captured(), Captured(), Captured())
        writeReadyLine(listeners, after: Interval(nanoseconds: 3149_000), format: .text, to: text)
        writeReadyLine(listeners, after: Interval(nanoseconds: 3149_000), format: .json, to: json)
        writeReadyLine([listeners[0]], after: Interval(nanoseconds: 3149_000), format: .text, to: one)
        #expect(text.text == "outpaint ready http=127.0.0.1:4880 http=[::1]:4880 unix=\"/run/a b.sock\" ms=3.1\n")
        #expect(
            json.text == #"{"event":"ready","http":"127.0.0.1:4880","unix":"/run/a b.sock","ms":3.1,"#
                + #""listen":["127.0.0.1:4880","[::1]:4880","unix:/run/a b.sock"],"version":"\#(version)"}"# + "\n")
        #expect(one.text == "outpaint ready http=127.0.0.1:4880 ms=3.1\n")
    }
}
