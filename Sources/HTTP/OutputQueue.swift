import Bytes
import Net

/// What a connection still has to send because its peer does not take it fast enough.
///
/// Stored bytes wait as references to where they stand; only small pieces are copied.
struct OutputQueue {
    private struct Segment {
        let bytes: SharedBytes
        var range: Range<Int>
    }

    private var segments: [Segment] = []
    private var first = 0

    var isEmpty: Bool { first == segments.count }
    private(set) var count = 0

    mutating func append(_ bytes: SharedBytes, _ range: Range<Int>) {
        if range.isEmpty { return }
        segments.append(Segment(bytes: bytes, range: range))
        count += range.count
    }

    mutating func append(copying bytes: borrowing ByteBuffer, from start: Int) {
        if start == bytes.count { return }
        append(SharedBytes(ByteBuffer(copying: bytes, from: start)), 0..<(bytes.count - start))
    }

    /// Sends what the peer takes; says how much that was.
    mutating func send(to socket: borrowing Descriptor) throws(Errno) -> Int {
        var sent = 0
        while !isEmpty {
            let segment = segments[first]
            let result = try socket.send(segment.bytes.bytes.extracting(segment.range))
            guard case .bytes(var taken) = result else { break }
            sent += taken
            count -= taken
            while taken > 0 {
                let step = min(taken, segments[first].range.count)
                segments[first].range = (segments[first].range.lowerBound + step)..<segments[first].range.upperBound
                taken -= step
                if segments[first].range.isEmpty { first += 1 }
            }
        }
        if isEmpty {
            segments.removeAll()
            first = 0
        } else if first > 64 {
            segments.removeFirst(first)
            first = 0
        }
        return sent
    }
}
