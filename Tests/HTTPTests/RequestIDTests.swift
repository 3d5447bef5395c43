import Bytes
import Testing

@testable import HTTP

@Suite struct RequestIDTests {
    @Test func `request ids are sixteen hexadecimal digits and unique`() {
        var names: Set<String> = []
        for number in UInt64(0)..<10_000 {
            let name = RequestID.text(number)
            #expect(
                name.utf8.count == 16
                    && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
            names.insert(name)
        }
        #expect(names.count == 10_000)
        #expect(RequestID.text(3) == RequestID.text(3))
    }

    @Test func `the request id of an answer is that of its exchange`() {
        var output = ByteBuffer("x")
        RequestID.append(42, to: &output)
        let text = output.bytes.text
        #expect(text == "x" + RequestID.text(42))
    }
}
