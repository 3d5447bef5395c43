import JSON
import Testing

/// Positions and messages as Python's `json` gives them.
@Suite struct SyntaxErrorTests {
    @Test(arguments: [
        ("", 0), ("   ", 3), ("x", 0), ("nul", 0), ("tru", 0), ("fals", 0), ("nan", 0), ("-NaN", 0), ("+Infinity", 0),
        ("-Infinit", 0), ("Infinit", 0), ("-", 0), (".5", 0), ("+1", 0), ("[1,]", 3), ("[,1]", 1), ("{\"a\":}", 5),
        ("{\"a\":", 5), ("[", 1), ("[ ", 2), ("[1, ", 4), ("\u{FEFF}\u{FEFF}{}", 0), ("\0", 0), ("é", 0),
        ("[\u{A0}1]", 1), ("\u{0B}1", 0),
    ])
    func `a missing value is reported`(text: String, at: Int) {
        #expect(outcome(text) == .syntax(.expectedValue, at))
    }

    @Test(arguments: [("{", 1), ("{ ", 2), ("{a", 1), ("{'a':1}", 1), ("{1:1}", 1), ("{\"a\":1,}", 7), ("{,", 1)])
    func `a missing property name is reported`(text: String, at: Int) {
        #expect(outcome(text) == .syntax(.expectedPropertyName, at))
    }

    @Test(arguments: [("{\"a\"", 4), ("{\"a\" ", 5), ("{\"a\" 1}", 5), ("{\"a\",", 4), ("{\"😀\"=", 4)])
    func `a missing colon is reported`(text: String, at: Int) {
        #expect(outcome(text) == .syntax(.expectedColon, at))
    }

    @Test(arguments: [
        ("[1", 2), ("[1 ", 3), ("[1 2]", 3), ("[1}", 2), ("{\"a\":1", 6), ("{\"a\":1]", 6), ("[01]", 2), ("[1.]", 2),
        ("[1.e3]", 2), ("[1e]", 2), ("[1e+]", 2), ("[1.5e-]", 4), ("[-0x1]", 3), ("[\"\"\"\"]", 3), ("[1٣]", 2),
    ])
    func `a missing comma is reported`(text: String, at: Int) {
        #expect(outcome(text) == .syntax(.expectedComma, at))
    }

    @Test(arguments: [("1 2", 2), ("{}}", 2), ("01", 1), ("1.", 1), ("1e", 1), ("null\0", 4), ("\"é😀\"x", 4)])
    func `text after the value is refused`(text: String, at: Int) {
        #expect(outcome(text) == .syntax(.extraData, at))
    }

    @Test(arguments: [("\"\n\"", 1), ("\"a\u{1F}", 2), ("\"a\0", 2), ("\"é\t", 2)])
    func `control characters are refused`(text: String, at: Int) {
        #expect(outcome(text) == .syntax(.controlCharacter, at))
    }

    @Test(arguments: [("\"", 0), ("[\"abc", 1), ("\"a\\", 0), ("  \"\\\"", 2), ("\"é", 0)])
    func `an unterminated string is reported at its beginning`(text: String, at: Int) {
        #expect(outcome(text) == .syntax(.unterminatedString, at))
    }

    @Test(arguments: [("\"\\x\"", 1), ("\"é\\'\"", 2), ("\"\\U0041\"", 1), ("\"\\\u{1}\"", 1), ("\"\\é\"", 1)])
    func `an unknown escape is reported at its backslash`(text: String, at: Int) {
        #expect(outcome(text) == .syntax(.escape, at))
    }

    @Test(arguments: [
        ("\"\\u12\"", 2), ("\"\\u12g4\"", 2), ("\"\\u\"", 2), ("\"\\u0041", 2), ("\"\\ud83d\\ude0\"", 8),
        ("\"\\ud83d\\ude00", 8), ("\"\\ud83d\\u", 8), ("\"\\u+041\"", 2), ("\"\\u004é\"", 2),
    ])
    func `a broken Unicode escape is reported at its letter`(text: String, at: Int) {
        #expect(outcome(text) == .syntax(.unicodeEscape, at))
    }

    @Test func `every error has a message`() {
        let messages = Set(JSONSyntaxError.allCases.map { "\($0.message)" })
        #expect(messages.count == JSONSyntaxError.allCases.count)
        #expect(messages.contains("Invalid \\uXXXX escape"))
    }
}
