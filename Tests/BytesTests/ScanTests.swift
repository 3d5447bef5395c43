import Bytes
import Testing

@Suite struct ScanTests {
    /// Each byte at each position around block sizes, followed by other breaks.
    @Test func `a plain run ends at the first break at any position`() {
        for place in 0..<300 {
            for byte in UInt8.min...UInt8.max {
                var text = ByteBuffer(capacity: 320)
                for _ in 0..<place { text.append(UInt8(ascii: "a")) }
                text.append(byte)
                for _ in 0..<7 { text.append(UInt8(ascii: "~")) }
                let isBreak = byte < 0x20 || byte > 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                let expected = isBreak ? place : place + 8
                let found = text.bytes.endOfPlainRun(from: 0)
                guard found == expected else {
                    Issue.record("byte \(byte) at \(place): \(found)")
                    return
                }
            }
        }
    }

    @Test func `scans begin at the given offset`() {
        let text = "\"abc\"é\"".utf8.span
        #expect(text.endOfPlainRun(from: 0) == 0)
        #expect(text.endOfPlainRun(from: 1) == 4)
        #expect(text.endOfPlainRun(from: 8) == 8)
        #expect(text.endOfASCII(from: 0) == 5)
        #expect(text.endOfASCII(from: 6) == 6)
        #expect(text.endOfASCII(from: 7) == 8)
        #expect(Span<UInt8>().endOfASCII(from: 0) == 0)
    }

    @Test func `ASCII ends at the first high byte at any position`() {
        for place in 0..<100 {
            var text = ByteBuffer()
            for _ in 0..<place { text.append(0x7F) }
            let whole = text.bytes.endOfASCII(from: 0)
            text.append(0x80)
            text.append("and a tail that is longer than one block" as StaticString)
            let found = text.bytes.endOfASCII(from: 0)
            #expect(whole == place && found == place)
        }
    }
}
