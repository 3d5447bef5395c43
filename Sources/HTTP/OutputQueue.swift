import Bytes
import Net
import System

/// The output of a connection that its peer has not taken yet.
///
/// What is stored waits as references to where it stands, or to what makes it; only small pieces are copied.
struct OutputQueue: ~Copyable {
    private struct Segment {
        let content: StoredContent
        var range: Range<Int>
        /// Its part of the memory for answers, as long as it waits.
        var hold: Budget.AnswerReservation?
    }

    private var segments: [Segment] = []
    private var first = 0
    /// The small pieces behind the last segment, in one: a peer that gets many must not cost a segment for each.
    private var tail = ByteBuffer()

    var isEmpty: Bool { count == 0 }
    /// The number of pieces that all of it would be sent in.
    var pieces: Int { segments.count - first + (tail.isEmpty ? 0 : 1) }
    private(set) var count = 0
    /// The memory it takes: what is stored counts until its last byte is sent.
    private(set) var weight = 0

    mutating func append(_ content: StoredContent, _ range: Range<Int>, _ hold: Budget.AnswerReservation? = nil) {
        if range.isEmpty { return }
        sealTail()
        segments.append(Segment(content: content, range: range, hold: hold))
        count += range.count
        weight += content.weight
    }

    mutating func append(copying bytes: borrowing ByteBuffer, from start: Int) {
        if start == bytes.count { return }
        tail.append(bytes.bytes.extracting(start...))
        count += bytes.count - start
        weight += bytes.count - start
    }

    /// Makes a segment of what has gathered; nothing more is added to it.
    private mutating func sealTail() {
        if tail.isEmpty { return }
        var sealed = ByteBuffer()
        swap(&sealed, &tail)
        let size = sealed.count
        segments.append(Segment(content: .bytes(SharedBytes(sealed)), range: 0..<size))
    }

    /// Sends what the peer takes, at most `limit` bytes; returns how many were sent.
    mutating func send(to transport: borrowing Transport, upTo limit: Int) throws(Errno) -> Int {
        var sent = 0
        while !isEmpty, sent < limit {
            if first == segments.count { sealTail() }
            let segment = segments[first]
            let result = try segment.content.send(segment.range.prefix(limit - sent), to: transport)
            guard case .bytes(var taken) = result else { break }
            sent += taken
            count -= taken
            while taken > 0 {
                let step = min(taken, segments[first].range.count)
                segments[first].range = (segments[first].range.lowerBound + step)..<segments[first].range.upperBound
                taken -= step
                guard segments[first].range.isEmpty else { continue }
                weight -= segments[first].content.weight
                first += 1
            }
        }
        if first == segments.count {
            segments.removeAll()
            first = 0
        } else if first > 64 {
            segments.removeFirst(first)
            first = 0
        }
        return sent
    }
}
