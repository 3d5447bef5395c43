import Bytes
import Tasks
import TestSupport
import Testing
import Time

@testable import Steering

@Suite struct SteeringTextTests {
    @Test func `a text may give a life and what happens to exchanges`() throws {
        let text = try SteeringText(
            "life=pending*3, ready; submit=429 retry-after=2; download=cut(0.5) delay(2s) times=3")
        #expect(text.life == Life([.init(.pending, .polls(3)), .init(.ready)]))
        #expect(text.rules.map(\.on) == [.submit, .download])
        #expect(text.rules[0].answer == ScriptedAnswer(status: 429, retryAfter: 2) && text.rules[0].times == nil)
        #expect(text.rules[1].fault?.cut == .share(0.5) && text.rules[1].fault?.delay == .fixed(.seconds(2)))
        #expect(text.rules[1].times == 3)
    }

    /// Every fault, as texts and rules show it.
    @Test(arguments: [
        "download=delay(250ms)", "poll=delay(lognormal(1s,0.5))", "download=rate(65536)", "download=dribble(3)",
        "download=cut(100)", "download=cut(0.25)", "submit=reset", "download=reset(10)", "poll=hang", "poll=empty",
        "poll=length", "poll=length(7)", "credits=html(502)", "poll=json", "download=image(crc)",
        "webhook=drop", "webhook=repeat(3)", "webhook=order(last-first)", "webhook=early", "webhook=secret(wrong)",
        "upload=drop",
        "webhook=503 times=2 skip=1 every=2 chance=0.5", "any=delay(1s)", "socket=cut(0.5)", "fetch=404",
    ])
    func `a rule is shown as text that reads as the same rule`(text: String) throws {
        let rule = try #require(try SteeringText(text).rules.first)
        #expect(rule.text == text)
        #expect(try SteeringText(rule.text).rules == [rule])
    }

    @Test(arguments: [
        ("", 0, nil), ("lfe=ready", 0, "life"), ("life", 4, nil), ("life=pending*3, redy", 16, "ready"),
        ("submit=", 7, nil), ("submit=700", 7, nil), ("submit=503 retry_after=2 x", 25, nil),
        ("submit=503 retry-aftr=2", 11, "retry-after"), ("submit=cut(2.0)", 11, nil), ("poll=image(crc)", 5, nil),
        ("download=image(crk)", 15, "crc"), ("download=cut(0.5", 16, nil), ("life=ready; pol=503", 12, "poll"),
        ("submit=times=3", 7, nil), ("submit=retry-after=3", 7, nil), ("webhook=drop(3)", 13, nil),
        ("poll=delay", 10, nil),
    ])
    func `a mistake is named with its place and the nearest word`(text: String, position: Int, suggestion: String?) {
        let error = #expect(throws: TextError.self) { _ = try SteeringText(text) }
        #expect(error?.position == position, "\(error?.description ?? "")")
        #expect(error?.suggestion == suggestion, "\(error?.description ?? "")")
    }

    @Test func `a source speaks only of the exchanges it is about`() throws {
        #expect(throws: TextError.self) { _ = try SteeringText("poll=503", kinds: [.submit]) }
        #expect(try SteeringText("submit=503", kinds: [.submit]).rules.count == 1)
    }

    // MARK: - Sources

    @Test(arguments: [
        ("a cat [[life=ready]] on a mat", ["life=ready@8"]), ("[[ (art) ]] [[x]] [[a, b=c]]", []),
        ("[[life=ready]][[submit=503]]", ["life=ready@2", "submit=503@16"]), ("é[[lfe=ready", ["lfe=ready@3"]),
        ("[[[life=ready]]", []), ("no brackets", []),
    ])
    func `texts in a prompt stand between double brackets`(prompt: String, expected: [String]) {
        #expect(PromptText.texts(in: prompt).map { "\($0.text)@\($0.offset)" } == expected)
    }

    @Test func `the text of a picture is in its first chunk with the keyword`() {
        func png(_ chunks: [(String, [UInt8])]) -> [UInt8] {
            var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            for (name, content) in chunks {
                bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: content.count >> $0) }
                bytes += Array(name.utf8) + content + [0, 0, 0, 0]
            }
            return bytes
        }
        func text(_ bytes: [UInt8]) -> String? { PictureText.text(in: bytes.span) }
        let header = ("IHDR", [UInt8](repeating: 0, count: 13))
        let plain = ("tEXt", Array("emulator\0life=ready".utf8))
        let international = ("iTXt", Array("emulator\0\0\0en\0x\0life=lost".utf8))
        #expect(text(png([header, ("tEXt", Array("Software\0x".utf8)), plain])) == "life=ready")
        #expect(text(png([header, international])) == "life=lost")
        #expect(text(png([header, ("IDAT", []), plain])) == nil)
        #expect(text(png([header, ("iTXt", Array("emulator\0\u{1}\0\0\0x".utf8))])) == nil)
        for end in 0..<png([header, plain]).count - 12 { #expect(text(Array(png([header, plain])[..<end])) == nil) }
        #expect(text([0xFF, 0xD8]) == nil)
    }

    @Test func `what is before the first semicolon is the key`() throws {
        let sent = "ci-7;life=ready;submit=503"
        #expect(sent.utf8.span.keyName.text == "ci-7")
        #expect(KeyID(sent.utf8.span) == KeyID("ci-7".utf8.span))
        #expect(APIKey(sent.utf8.span) == APIKey("ci-7"))
        #expect(try SteeringText.behind(key: sent.utf8.span)?.rules.count == 1)
        #expect(try SteeringText.behind(key: "ci-7".utf8.span) == nil)
        let error = #expect(throws: TextMistake.self) { _ = try SteeringText.behind(key: "ci-7;lif=ready".utf8.span) }
        #expect(error?.error.position == 5 && error?.source == .key)
    }
}
