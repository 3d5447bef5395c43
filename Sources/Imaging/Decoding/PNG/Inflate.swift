internal import Bytes
internal import CShims

/// Unpacks a complete zlib stream and verifies its checksum.
enum Inflate {
    enum Outcome {
        case whole
        case broken
        case tooLong
    }

    /// Appends the unpacked bytes, at most `limit`.
    static func unpack(_ packed: Span<UInt8>, upTo limit: Int, into bytes: inout ByteBuffer) -> Outcome {
        var outcome = Outcome.broken
        // The C function writes at most `room.count` bytes and says how many.
        _ = unsafe bytes.fill(upTo: limit) { room in
            unsafe packed.withUnsafeBufferPointer { packed in
                var written = 0
                let target = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                let status = unsafe outpaint_inflate(packed.baseAddress, packed.count, target, room.count, &written)
                outcome =
                    status == OUTPAINT_INFLATED ? .whole : status == OUTPAINT_INFLATE_TOO_LONG ? .tooLong : .broken
                return outcome == .whole ? written : 0
            }
        }
        return outcome
    }
}
