import Bytes
import TestSupport
import Testing

@testable import JSON

/// Every prefix of a text at the end of a page: a read beyond it crashes.
@Suite struct AtPageEndTests {
    @Test(arguments: [
        #"{"a":[1,-2.5e+3,true,false,null,"b\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud800"],"":{}}"#,
        "[NaN, Infinity, -Infinity]",
        "\"äöü€😀 a long run of plain text that spans more than one block of any width whatever\"",
        "123456789012345678901234567890", "-0.000001E-7", " \t\r\n[ ] ",
    ])
    func `parsing a prefix reads no byte beyond its end`(text: String) {
        let bytes = Array(text.utf8)
        for count in 0...bytes.count {
            let isWhole = atPageEnd(Array(bytes.prefix(count))) { span in
                var parser = Parser(span, from: 0, maximumDepth: 10)
                do {
                    try parser.parse()
                    return true
                } catch {
                    return false
                }
            }
            if count == bytes.count { #expect(isWhole) }
        }
    }
}
