import Bytes
import Testing

@Suite struct ByteBufferTests {
    @Test func `appends of every kind add up in order`() {
        var buffer = ByteBuffer()
        buffer.append(UInt8(ascii: "a"))
        buffer.append("bc" as StaticString)
        buffer.append(String("dé"))
        buffer.append(decimal: -120)
        let copy = ByteBuffer(buffer.bytes)
        buffer.append(copy.bytes)
        let text = buffer.bytes.text
        #expect(text == "abcdé-120abcdé-120")
    }

    @Test(arguments: [
        (0, "0"), (9, "9"), (10, "10"), (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"),
    ])
    func `decimals are written exactly`(value: Int, expected: String) {
        var buffer = ByteBuffer()
        buffer.append(decimal: value)
        let text = buffer.bytes.text
        #expect(text == expected)
    }

    @Test func `an empty buffer has an empty span`() {
        let buffer = ByteBuffer()
        let (count, empty) = (buffer.bytes.count, buffer.bytes.equals(""))
        #expect(count == 0 && empty)
    }

    @Test func `appending nothing to an empty buffer leaves it empty`() {
        var buffer = ByteBuffer(String())
        buffer.append("" as StaticString)
        buffer.append(ByteBuffer().bytes)
        let isEmpty = buffer.isEmpty
        #expect(isEmpty)
    }

    @Test func `removing the front keeps the rest`() {
        var buffer = ByteBuffer("hello world")
        buffer.removeFirst(6)
        let rest = buffer.bytes.text
        #expect(rest == "world")
        buffer.removeFirst(5)
        let empty = buffer.isEmpty
        #expect(empty)
    }

    @Test func `shared bytes outlive their builder`() {
        let shared = SharedBytes(ByteBuffer("kept"))
        let (same, sameInAnyCase) = (shared.bytes.equals("kept"), shared.bytes.equalsIgnoringCase("kept"))
        #expect(same && sameInAnyCase)
        #expect(shared.count == 4)
    }
}
