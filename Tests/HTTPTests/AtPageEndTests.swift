import Bytes
import TestSupport
import Testing

@testable import HTTP

/// The small parsers, each on input that ends where memory ends. One byte too far is a crash.
@Suite struct AtPageEndTests {
    static let lists: [(String, [String])] = [
        ("", []), (",", []), (" ", []), (",,\t, ,", []), ("a", ["a"]), ("a,b", ["a", "b"]), (" a ,\tb\t", ["a", "b"]),
        ("a b,c", ["a b", "c"]), (",a,", ["a"]), ("a=\"b,c\"", ["a=\"b", "c\""]), ("a,", ["a"]), ("a, ", ["a"]),
    ]

    @Test(arguments: lists)
    func `the elements of a list are found`(text: String, elements: [String]) {
        let found = atPageEnd(Array(text.utf8)) { bytes in
            var found: [String] = []
            var list = TokenList(bytes)
            while let range = list.nextOrNothing() { found.append(bytes.extracting(range).text) }
            return found
        }
        #expect(found == elements)
    }

    @Test(arguments: ["a b", "a;q=1", "\"a\"", "ä", "a,b c", "a, /"])
    func `a list of tokens holds nothing but tokens`(text: String) {
        let isRefused = atPageEnd(Array(text.utf8)) { bytes in
            var list = TokenList(bytes)
            do {
                while try list.next(orThrow: Refusal.badTransferEncoding) != nil {}
                return false
            } catch {
                return true
            }
        }
        #expect(isRefused)
    }

    static let forms: [(String, [String])] = [
        ("", []), ("&", []), ("&&&", []), ("a", ["a|"]), ("a=", ["a|"]), ("=", ["|"]), ("=b", ["|b"]), ("a=b", ["a|b"]),
        ("a=b=c", ["a|b=c"]), ("a=b&c=d", ["a|b", "c|d"]), ("&a=b&&c&", ["a|b", "c|"]), ("a==", ["a|="]),
        ("a=b&a=c", ["a|b", "a|c"]), ("a%26=b+c;d", ["a%26|b+c;d"]), ("a&=", ["a|", "|"]), ("a?b=c?d", ["a?b|c?d"]),
    ]

    @Test(arguments: forms)
    func `the pairs of a query are found as sent`(text: String, pairs: [String]) {
        let found = atPageEnd(Array(text.utf8)) { bytes in
            var found: [String] = []
            var items = FormItems(bytes)
            while let (name, value) = items.next() {
                found.append("\(bytes.extracting(name).text)|\(bytes.extracting(value).text)")
            }
            return found
        }
        #expect(found == pairs)
    }

    @Test(arguments: [
        ("", "", ""), ("abc", "abc", "abc"), ("%41", "A", "A"), ("a%41b", "aAb", "aAb"), ("%61%62%63", "abc", "abc"),
        ("%C3%B6", "ö", "ö"), ("%c3%b6", "ö", "ö"), ("%2F%2f", "//", "//"), ("%00", "\0", "\0"),
        ("%7f", "\u{7F}", "\u{7F}"),
        // Once and no more.
        ("%2541", "%41", "%41"), ("%25%34%31", "%41", "%41"), ("%%34%31", "%41", "%41"),
        // What is no encoding stays as it is.
        ("%", "%", "%"), ("a%", "a%", "a%"), ("%4", "%4", "%4"), ("%%", "%%", "%%"), ("%%%", "%%%", "%%%"),
        ("%g1", "%g1", "%g1"), ("%1g", "%1g", "%1g"), ("%4%41", "%4A", "%4A"), ("% 41", "% 41", "% 41"),
        ("%-1", "%-1", "%-1"), ("%u0041", "%u0041", "%u0041"), ("ö%", "ö%", "ö%"),
        ("a+b", "a+b", "a b"), ("%2B+%2b", "+++", "+ +"),
    ])
    func `percent-encoding is decoded once`(text: String, decoded: String, decodedForm: String) {
        let plain = atPageEnd(Array(text.utf8)) { $0.percentDecoded().bytes.text }
        #expect(plain == decoded)
        let form = atPageEnd(Array(text.utf8)) { $0.percentDecoded(plusIsSpace: true).bytes.text }
        #expect(form == decodedForm)
    }

    @Test func `every byte is percent-encoded or kept as it should be`() {
        let digits = Array("0123456789abcdef".utf8)
        for byte in UInt8.min...UInt8.max {
            let encoded = [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            let same = atPageEnd(encoded) { $0.percentDecoded().bytes.equals([byte].span) }
            #expect(same)
        }
    }

    @Test(arguments: [
        clientFrame(text, "hello"), clientFrame(binary, Array(repeating: 7, count: 126)),
        clientFrame(binary, Array(repeating: 7, count: 65_536)), clientFrame(ping, ""), clientFrame(close, [3, 232]),
        clientFrame(text, "a", isFinal: false) + clientFrame(ping, "b") + clientFrame(continuation, "cdefghijklmnopq"),
        [0x82, 0xFE, 0, 1], [0xFF],
    ])
    func `frames are read up to their end`(bytes: [UInt8]) {
        let whole = Self.frames(bytes)
        for count in Set((0...min(bytes.count, 300)).map { bytes.count - $0 }) {
            let prefix = Self.frames(Array(bytes.prefix(count)))
            #expect(whole.starts(with: prefix.prefix(max(0, prefix.count - 1))))
        }
    }

    /// The steps of the frame parser on input that can be written to its very end.
    private static func frames(_ bytes: [UInt8]) -> [String] {
        mutableAtPageEnd(bytes) { input in
            var parser = WebSocket.FrameParser()
            var steps: [String] = []
            var at = 0
            do {
                while true {
                    let step = try parser.next(&input, from: &at)
                    if step == .needMore { return steps }
                    steps.append("\(step)")
                }
            } catch {
                return steps + ["\(error)"]
            }
        }
    }
}
