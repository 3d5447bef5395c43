import Bytes
import TestSupport
import Testing

@testable import HTTP

/// Messages, section by section as the Autobahn test suite numbers it: 5 fragmentation, 6 UTF-8, 7 closing, 10 splits.
@Suite struct WebSocketMessageTests {
    /// 5.3 to 5.8, 5.19, 5.20.
    @Test(arguments: [
        ([clientFrame(text, "frag", isFinal: false), clientFrame(continuation, "ment")], ["text 'fragment'"]),
        (
            [
                clientFrame(text, "a", isFinal: false), clientFrame(ping, "p1"),
                clientFrame(continuation, "b", isFinal: false), clientFrame(pong, "p2"), clientFrame(ping, ""),
                clientFrame(continuation, "c"), clientFrame(text, "d"),
            ], ["ping 'p1'", "pong 'p2'", "ping ''", "text 'abc'", "text 'd'"]
        ),
        // 6.1: fragments may be empty, all of them.
        (
            [
                clientFrame(text, "", isFinal: false), clientFrame(continuation, "", isFinal: false),
                clientFrame(continuation, ""),
            ], ["text ''"]
        ),
        (
            [
                clientFrame(binary, "", isFinal: false), clientFrame(continuation, "middle", isFinal: false),
                clientFrame(continuation, ""),
            ], ["binary 'middle'"]
        ),
        ([clientFrame(text, "a", isFinal: false), clientFrame(close, [0x03, 0xE8])], ["close 1000 ''"]),
    ])
    func `fragments are joined and control frames pass between them`(frames: [[UInt8]], expected: [String]) {
        #expect(transcript(of: frames.flatMap(\.self)) == expected)
    }

    /// 5.9 to 5.18.
    @Test(
        arguments: [
            ([clientFrame(continuation, "a")], .nothingToContinue),
            ([clientFrame(continuation, "a", isFinal: false)], .nothingToContinue),
            ([clientFrame(continuation, "")], .nothingToContinue),
            (
                [clientFrame(text, "a", isFinal: false), clientFrame(continuation, ""), clientFrame(continuation, "")],
                .nothingToContinue
            ),
            ([clientFrame(text, "a", isFinal: false), clientFrame(text, "b")], .messageInterrupted),
            ([clientFrame(binary, "a", isFinal: false), clientFrame(text, "b", isFinal: false)], .messageInterrupted),
        ] as [([[UInt8]], WebSocket.Failure)])
    func `fragments out of order fail`(frames: [[UInt8]], failure: WebSocket.Failure) {
        #expect(transcript(of: frames.flatMap(\.self)).last == "failure 1002 \(failure)")
    }

    static let goodText: [[UInt8]] = [
        Array("Hello-µ@ßöäüàá-UTF-8!!".utf8), Array("κόσμε".utf8), Array("\u{FFFD}\u{10FFFF}\u{0}\u{7F}".utf8),
        // 6.6 to 6.9, 6.22, 6.23: the first and last character of each length, around the surrogates, noncharacters.
        [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xEF, 0xBF, 0xBF], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80],
        [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xEF, 0xBF, 0xBE], [0xF0, 0x9F, 0xBF, 0xBE],
        [0xF3, 0xBF, 0xBF, 0xBF],
    ]

    @Test(arguments: goodText)
    func `valid text is accepted however it is split`(good: [UInt8]) {
        let expected = ["text \(brief(ByteBuffer(good.span)))"]
        #expect(transcript(of: clientFrame(text, good)) == expected)
        for cut in 0...good.count {
            let frames =
                clientFrame(text, Array(good[..<cut]), isFinal: false) + clientFrame(ping, "")
                + clientFrame(continuation, Array(good[cut...]))
            #expect(transcript(of: frames) == ["ping ''"] + expected)
        }
    }

    /// 6.3, 6.10 to 6.21: each with how many of its bytes could still begin a text.
    static let badText: [([UInt8], Int)] = [
        (Array("κόσμε".utf8) + [0xED, 0xA0, 0x80] + Array("edited".utf8), 11),
        ([0xF8, 0x88, 0x80, 0x80, 0x80], 0), ([0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], 0), ([0xF7, 0xBF, 0xBF, 0xBF], 0),
        ([0xFB, 0xBF], 0), ([0xFD, 0xBF], 0), ([0xF4, 0x90, 0x80, 0x80], 1), ([0xF5, 0x80, 0x80, 0x80], 0),
        // Continuations alone.
        ([0x80], 0), ([0xBF], 0), ([0x61, 0x80, 0xBF], 1), ([0xC3, 0xA9, 0xA9], 2),
        // Starts without their continuation.
        ([0xC2, 0x20], 1), ([0xE1, 0x80, 0x20], 2), ([0xF1, 0x80, 0x80, 0x20], 3), ([0xC2, 0xC2], 1),
        ([0xE1, 0x80, 0xE1], 2),
        // Bytes that UTF-8 has no use for.
        ([0xFE], 0), ([0xFF], 0), ([0xFE, 0xFE, 0xFF, 0xFF], 0),
        // Too many bytes for a small character.
        ([0xC0, 0xAF], 0), ([0xC1, 0xBF], 0), ([0xE0, 0x80, 0xAF], 1), ([0xE0, 0x9F, 0xBF], 1),
        ([0xF0, 0x80, 0x80, 0xAF], 1), ([0xF0, 0x8F, 0xBF, 0xBF], 1),
        // Surrogates, alone and in pairs.
        ([0xED, 0xA0, 0x80], 1), ([0xED, 0xBF, 0xBF], 1), ([0xED, 0xAD, 0xBF, 0xED, 0xB0, 0x80], 1),
        // Behind a run of ASCII longer than a block.
        (Array(repeating: 0x61, count: 71) + [0xFF, 0x61], 71),
    ]

    @Test(arguments: badText)
    func `invalid text fails at its first invalid byte`(bad: [UInt8], good: Int) {
        let failure = ["failure 1007 invalidUTF8"]
        #expect(transcript(of: clientFrame(text, bad)) == failure)
        // The rest need not arrive, in the frame or the message (6.4).
        let whole = clientFrame(text, bad)
        let head = whole.count - bad.count
        #expect(transcript(of: Array(whole.prefix(head + good))) == [])
        #expect(transcript(of: Array(whole.prefix(head + good + 1))) == failure)
        let fragments = bad.flatMap { clientFrame(continuation, [$0], isFinal: false) }
        let message = clientFrame(text, "", isFinal: false) + fragments
        #expect(transcript(of: message) == failure)
        #expect(transcript(of: Array(message.prefix(7 * good + 6))) == [])
        // In a close reason too (7.5), while binary does not care.
        #expect(transcript(of: clientFrame(close, [0x03, 0xE8] + bad)) == failure)
        #expect(transcript(of: clientFrame(binary, bad)).first?.hasPrefix("binary") == true)
    }

    /// 6.2: whole in each of its bytes, but not at its end.
    @Test(arguments: [[0xC2], [0xE0, 0xA0], [0xF0, 0x90, 0x80], [0x61, 0xF4, 0x8F, 0xBF]] as [[UInt8]])
    func `text that ends within a character fails`(bad: [UInt8]) {
        #expect(transcript(of: clientFrame(text, bad)) == ["failure 1007 invalidUTF8"])
        let fragments = clientFrame(text, bad, isFinal: false) + clientFrame(continuation, "")
        #expect(transcript(of: fragments) == ["failure 1007 invalidUTF8"])
        #expect(transcript(of: clientFrame(close, [0x03, 0xE8] + bad)) == ["failure 1007 invalidUTF8"])
        // The next message begins anew.
        #expect(transcript(of: clientFrame(text, "a") + clientFrame(text, bad)).count == 2)
    }

    /// Random bytes of the kinds that matter, ASCII runs among them, against the standard library.
    @Test func `text is valid exactly where the standard library says so`() {
        var random = Seeded(6)
        let edges: [UInt8] = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4]
        for _ in 0..<20_000 {
            var bytes = Array(repeating: UInt8(ascii: "a"), count: Int.random(in: 0...40, using: &random))
            for _ in 0..<Int.random(in: 1...4, using: &random) { bytes += [edges.randomElement(using: &random) ?? 0] }
            bytes += Array(repeating: UInt8(ascii: "b"), count: Int.random(in: 0...40, using: &random))
            var validator = UTF8Validator()
            let isText = validator.accept(bytes.span) && validator.isComplete
            guard isText == (String(validating: bytes, as: UTF8.self) != nil) else {
                Issue.record("\(bytes)")
                return
            }
        }
    }

    /// 7.1 and 7.3.
    @Test(
        arguments: [
            ([], "close - ''"), ([0x03, 0xE8], "close 1000 ''"),
            ([0x03, 0xE8] + Array("Grüße".utf8), "close 1000 'Grüße'"),
            ([0x03], "failure 1002 shortClose"),
        ] as [([UInt8], String)])
    func `input behind a close is dropped`(payload: [UInt8], expected: String) {
        let frames = clientFrame(text, "a") + clientFrame(close, payload) + clientFrame(ping, "") + [0xFF, 0xFF]
        #expect(transcript(of: frames) == ["text 'a'", expected])
    }

    @Test func `a close may carry 123 bytes of reason`() {
        let reason = Array(repeating: UInt8(ascii: "r"), count: 123)
        #expect(transcript(of: clientFrame(close, [0x03, 0xE8] + reason)).first?.hasPrefix("close 1000") == true)
        #expect(transcript(of: clientFrame(close, [0x03, 0xE8] + reason + reason)) == ["failure 1002 longControl"])
    }

    /// 7.7, 7.9 and 7.13: every code there is.
    @Test func `close codes are accepted or refused as in RFC 6455`() {
        let allowed = Set([1000...1003, 1007...1014, 3000...4999].flatMap(Array.init))
        for code in Array(0...5100) + [65_535] {
            let lines = transcript(of: clientFrame(close, [UInt8(code >> 8), UInt8(code & 0xFF)]))
            let expected = allowed.contains(code) ? "close \(code) ''" : "failure 1002 forbiddenCloseCode"
            guard lines == [expected] else {
                Issue.record("\(code): \(lines)")
                return
            }
        }
    }

    /// 10, and more: wherever a stream is cut, it says the same.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func `messages are the same however the input is split`(seed: UInt64) {
        var random = Seeded(seed)
        let stream = randomStream(&random)
        let whole = transcript(of: stream, limit: 4096)
        #expect(transcript(of: stream, pieces: Array(repeating: 1, count: stream.count), limit: 4096) == whole)
        for _ in 0..<4 {
            let most = [2, 10, 100, 3000].randomElement(using: &random) ?? 2
            let pieces = (0..<stream.count).map { _ in Int.random(in: 0...most, using: &random) }
            #expect(transcript(of: stream, pieces: pieces, limit: 4096) == whole)
        }
    }

    /// Mostly well-formed frames, with one bit flipped in every third stream.
    private func randomStream(_ random: inout Seeded) -> [UInt8] {
        var stream: [UInt8] = []
        var isOpen = false
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let count = [0, 1, 5, 125, 126, 300, 2000].randomElement(using: &random) ?? 0
            let isFinal = Bool.random(using: &random)
            let key = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
            if Int.random(in: 0..<4, using: &random) == 0 {
                let opcode = Bool.random(using: &random) ? ping : pong
                stream += clientFrame(opcode, Array(repeating: 9, count: min(count, 125)), key: key)
            } else {
                let opcode = isOpen ? continuation : Bool.random(using: &random) ? text : binary
                let payload = (0..<count).map { _ in UInt8.random(in: 32...126, using: &random) }
                stream += clientFrame(opcode, payload, isFinal: isFinal, key: key)
                isOpen = !isFinal
            }
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            let at = Int.random(in: 0..<stream.count, using: &random)
            stream[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        return stream
    }
}
