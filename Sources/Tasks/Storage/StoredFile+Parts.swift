import Bytes
public import Net

extension StoredFile {
    /// Calls `body` with the bytes, part after part. What is in a file is read by parts of `size` bytes, so that it never is in
    /// memory as a whole.
    public func forEachPart(of size: Int, _ body: (Span<UInt8>) -> Void) throws(Errno) {
        switch content {
        case .memory(let bytes): body(bytes.bytes)
        case .file(let file, let range):
            var room = ByteBuffer(capacity: min(size, range.count))
            for start in stride(from: range.lowerBound, to: range.upperBound, by: size) {
                room.removeAll()
                try file.read(start..<min(start + size, range.upperBound), into: &room)
                body(room.bytes)
            }
        }
    }
}
