import Bytes
import JSON
import Testing

@Suite struct LimitTests {
    @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
    func `nesting is allowed up to its bound`(open: String, close: String) {
        let (leaf, bound) = (open == "[" ? "[]" : "{}", 960)
        let whole = repeated(open, bound - 1) + leaf + repeated(close, bound - 1)
        #expect(outcome(whole) == .value(whole))
        #expect(outcome(open + whole + close) == .refused(.tooDeep))
        #expect(outcome(ByteBuffer("[[]]"), maximumDepth: 1) == .refused(.tooDeep))
        #expect(outcome(ByteBuffer("[1,{}]"), maximumDepth: 2) == .value("[1,{}]"))
        #expect(outcome(ByteBuffer("1"), maximumDepth: 0) == .value("1"))
    }

    @Test func `values are read up to their bound`() {
        // The object, two names, and of the values an array with two.
        let text = #"{"a":[1,"x"],"b":null}"#
        #expect(outcome(ByteBuffer(text), maximumValues: 7) == .value(text))
        #expect(outcome(ByteBuffer(text), maximumValues: 6) == .refused(.tooManyValues))
        // What is broken before they are too many is broken.
        #expect(outcome(ByteBuffer("[1,2,}"), maximumValues: 3) == .refused(.tooManyValues))
        #expect(outcome(ByteBuffer("[1,2}"), maximumValues: 3) == .syntax(.expectedComma, 4))
        #expect(outcome(ByteBuffer("[1,2]"), maximumValues: 3) == .value("[1,2]"))
    }

    @Test func `ten million brackets are an error`() {
        var text = ByteBuffer(capacity: 10_000_000)
        for _ in 0..<10_000_000 { text.append(UInt8(ascii: "[")) }
        #expect(outcome(text) == .refused(.tooDeep))
    }

    @Test func `nesting needs no stack`() throws {
        let depth = 500_000
        let text = repeated("[{\"a\":", depth / 2) + "1" + repeated("}]", depth / 2)
        #expect(outcome(ByteBuffer(text), maximumDepth: depth) == .value(text))
        let open = repeated("[", depth)
        #expect(outcome(ByteBuffer(open), maximumDepth: depth) == .syntax(.expectedValue, depth))
    }

    @Test func `integers have at most 4300 digits`() {
        let longest = repeated("9", 4300)
        #expect(outcome(longest) == .value(longest))
        #expect(outcome("-\(longest)") == .value("-\(longest)"))
        #expect(outcome("\(longest)9") == .refused(.integerTooLong))
        #expect(outcome("[-\(longest)9]") == .refused(.integerTooLong))
        #expect(outcome("{\"a\":\(longest)9,\"a\":1}") == .refused(.integerTooLong))
        // Numbers of the other kind may be of any length.
        #expect(outcome("[\(longest)9e-4300]") == .value("[10.0]"))
    }

    @Test func `the first error of the text is reported`() {
        let tooLong = repeated("9", 4301)
        #expect(outcome("[\(tooLong),}") == .refused(.integerTooLong))
        #expect(outcome("[},\(tooLong)") == .syntax(.expectedValue, 1))
        #expect(outcome("\(repeated("[", 961))\(tooLong)") == .refused(.tooDeep))
    }

    @Test func `strings of five million characters are read`() throws {
        let (letters, marks) = (repeated("QUJD", 1_250_000), repeated("é", 2_500_000))
        #expect(outcome("\"\(letters)\"") == .value("\"\(letters)\""))
        #expect(outcome("\"\(marks)\"") == .value("\"\(marks)\""))
        #expect(outcome("\"\(repeated("\\/", 2_500_000))\"") == .value("\"\(repeated("/", 2_500_000))\""))
        #expect(outcome("[\"\(marks)\"") == .syntax(.expectedComma, 2_500_003))
        #expect(outcome("\"\(letters)") == .syntax(.unterminatedString, 0))
        #expect(outcome("\"\(letters)\n\"") == .syntax(.controlCharacter, 5_000_001))
    }
}
