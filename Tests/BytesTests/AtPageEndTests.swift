import Bytes
import TestSupport
import Testing

/// Bytes that end at the end of a page: a read beyond them crashes. The scans read many bytes at once.
@Suite struct AtPageEndTests {
    @Test func `scans read no byte beyond the end`() {
        for count in 0...130 {
            let plain = Array(repeating: UInt8(ascii: "a"), count: count)
            let found = atPageEnd(plain) { bytes in
                (0...count).map { [bytes.endOfPlainRun(from: $0), bytes.endOfASCII(from: $0)] }
            }
            #expect(found == Array(repeating: [count, count], count: count + 1))
            guard count > 0 else { continue }
            let marked = Array(plain.dropLast()) + [0xFF]
            let last = atPageEnd(marked) { [$0.endOfPlainRun(from: 0), $0.endOfASCII(from: 0)] }
            #expect(last == [count - 1, count - 1])
        }
    }

    @Test func `decoding base64 reads no byte beyond the text`() {
        for count in 0...100 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            let text = atPageEnd(bytes) { bytes in
                var text = ByteBuffer()
                Base64.encode(bytes, into: &text)
                return text.bytes.text
            }
            let same = atPageEnd(Array(text.utf8)) { text in
                var decoded = ByteBuffer()
                try? Base64.decode(text, into: &decoded)
                return decoded.bytes.equals(bytes.span)
            }
            #expect(same, "\(count) bytes")
        }
    }
}
