import Bytes
import Glibc
import Testing

@testable import App
@testable import Time

@Suite struct LogTests {
    let moment = Timestamp(nanoseconds: 1_770_091_506_789_123_456)

    func written(_ format: LogFormat, level: LogLevel = .debug, _ write: (Log) -> Void) -> String {
        let sink = Captured()
        let moment = moment
        write(Log(level: level, format: format, sink: sink, now: { moment }))
        return sink.text
    }

    @Test func `an event in text format is one readable line`() {
        let text = written(.text) {
            $0.info(
                "listener open",
                ["address": "127.0.0.1:4880", "loops": 2, "took": .milliseconds(Interval(nanoseconds: 3149_000))])
        }
        #expect(text == "2026-02-03T04:05:06.789Z info listener open address=127.0.0.1:4880 loops=2 took=3.1\n")
    }

    @Test func `an event in JSON format is one object on one line`() {
        let text = written(.json) {
            $0.warn("odd", ["name": .text("a b"), "all": .list(["x", "y"]), "n": .integer(-1)])
        }
        #expect(
            text
                == #"{"time":"2026-02-03T04:05:06.789Z","level":"warn","event":"odd","name":"a b","all":["x","y"],"n":-1}"#
                + "\n")
    }

    @Test func `the fields of events below the level are not evaluated`() {
        var asked = 0
        func fields() -> Log.Fields {
            asked += 1
            return ["n": 1]
        }
        let text = written(.text, level: .warn) {
            $0.debug("no", fields())
            $0.info("no", fields())
            $0.warn("yes", fields())
            $0.error("yes", fields())
        }
        #expect(text.split(separator: "\n").count == 2)
        #expect(asked == 2)
    }

    @Test(arguments: [
        ("plain", "plain", "\"plain\""),
        ("", "\"\"", "\"\""),
        ("two words", "\"two words\"", "\"two words\""),
        ("line\nbreak\r\t", "\"line\\nbreak\\r\\t\"", "\"line\\nbreak\\r\\t\""),
        ("quote\"back\\slash", "\"quote\\\"back\\\\slash\"", "\"quote\\\"back\\\\slash\""),
        ("\u{1b}[31m", "\"\\u001b[31m\"", "\"\\u001b[31m\""),
        ("nul\0", "\"nul\\u0000\"", "\"nul\\u0000\""),
        ("c1\u{9b}", "\"c1\\u009b\"", "\"c1\\u009b\""),
        ("turn\u{202e}ed", "\"turn\\u202eed\"", "\"turn\\u202eed\""),
        ("mark\u{61c}", "\"mark\\u061c\"", "\"mark\\u061c\""),
        ("sep\u{2028}", "\"sep\\u2028\"", "\"sep\\u2028\""),
        ("größe🙂", "\"größe🙂\"", "\"größe🙂\""),
    ])
    func `values are quoted and control characters are escaped`(value: String, text: String, json: String) {
        #expect(written(.text) { $0.info("e", ["v": .text(value)]) }.hasSuffix(" v=\(text)\n"))
        #expect(written(.json) { $0.info("e", ["v": .text(value)]) }.hasSuffix(",\"v\":\(json)}\n"))
    }

    @Test(arguments: [LogFormat.text, .json], ["a", "\n", "🙂", " "])
    func `a long value is truncated`(format: LogFormat, letter: String) {
        let text = written(format) { $0.info("e", ["v": .text(String(repeating: letter, count: 100_000))]) }
        #expect(text.utf8.count < 1200)
        #expect(text.contains("…\""))
    }

    @Test func `lines from several threads are not interleaved`() {
        let ends = pipe()
        let log = Log(format: .json, sink: DescriptorSink(descriptor: ends.write))
        let threads = (0..<4).map { number in
            spawn {
                for _ in 0..<200 {
                    log.info("line", ["thread": .integer(number), "fill": .text(String(repeating: "f", count: 900))])
                }
            }
        }
        let closer = spawn {
            for thread in threads { thread.join() }
            close(ends.write)
        }
        let lines = readAll(ends.read).split(separator: "\n")
        closer.join()
        close(ends.read)
        #expect(lines.count == 800)
        #expect(lines.allSatisfy { $0.hasPrefix("{\"time\":\"2") && $0.hasSuffix("f\"}") })
    }

    @Test func `nothing is lost if the reader is slower than the writer`() {
        let ends = pipe()
        _ = fcntl(ends.write, F_SETFL, O_NONBLOCK)
        let writer = spawn {
            DescriptorSink(descriptor: ends.write).write(String(repeating: "x", count: 1 << 20))
            close(ends.write)
        }
        let text = readAll(ends.read)
        writer.join()
        close(ends.read)
        #expect(text.utf8.count == 1 << 20)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
        (4_107_542_399_999_999_999, "2100-02-28T23:59:59.999Z"),
        (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
        (1_767_225_599_001_000_000, "2025-12-31T23:59:59.001Z"),
    ])
    func `timestamps are written as calendar dates in UTC`(nanoseconds: Int, expected: String) {
        var buffer = ByteBuffer()
        Timestamp(nanoseconds: nanoseconds).write(to: &buffer)
        let text = buffer.bytes.text
        #expect(text == expected)
    }

    @Test func `dates agree with gmtime`() {
        for day in stride(from: -50_000, to: 100_000, by: 17) {
            var seconds = day * 86400 + 12_345
            var parts = unsafe tm()
            _ = unsafe gmtime_r(&seconds, &parts)
            var buffer = ByteBuffer()
            Timestamp(nanoseconds: seconds * 1_000_000_000).write(to: &buffer)
            let text = buffer.bytes.text
            let numbers = text.split { "-T:.Z".contains($0) }.compactMap { Int($0) }
            let expected = unsafe [
                parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, 0,
            ]
            #expect(numbers == expected.map(Int.init), "\(text)")
        }
    }
}
