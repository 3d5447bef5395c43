import Bytes
import Testing

@testable import HTTP

@Suite struct OutputQueueTests {
    /// A peer that asks for many small answers and takes none must not cost more than their bytes.
    @Test func `small pieces wait as one`() {
        var queue = OutputQueue()
        let small = ByteBuffer("ab")
        for _ in 0..<1000 { queue.append(copying: small, from: 0) }
        queue.append(copying: small, from: 1)
        queue.append(copying: small, from: 2)
        let (count, pieces) = (queue.count, queue.pieces)
        #expect(count == 2001)
        #expect(pieces == 1)
    }

    @Test func `stored bytes keep their place between small pieces`() {
        var queue = OutputQueue()
        let small = ByteBuffer("ab")
        queue.append(copying: small, from: 0)
        queue.append(.bytes(SharedBytes(ByteBuffer("stored"))), 2..<6)
        for _ in 0..<10 { queue.append(copying: small, from: 0) }
        let (count, pieces, isEmpty) = (queue.count, queue.pieces, queue.isEmpty)
        #expect(count == 26)
        #expect(pieces == 3)
        #expect(!isEmpty)
    }

    @Test func `stored content counts as its memory`() {
        var queue = OutputQueue()
        queue.append(copying: ByteBuffer("ab"), from: 0)
        queue.append(.bytes(SharedBytes(ByteBuffer("stored"))), 2..<6)
        queue.append(.made(Made(SharedBytes(ByteBuffer("made")))), 1..<3)
        let (count, weight) = (queue.count, queue.weight)
        #expect((count, weight) == (8, 108))
    }
}
