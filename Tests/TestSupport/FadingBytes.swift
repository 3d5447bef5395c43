import Glibc

/// Bytes whose beginning can be made unreadable, page by page: what goes back to them brings the test down. So work that
/// must not be done twice is counted without a clock.
@safe
public final class FadingBytes {
    private let start: UnsafeMutableRawPointer
    private let count: Int
    private let room: Int
    private static let page = Int(sysconf(CInt(_SC_PAGESIZE)))

    public init(_ bytes: [UInt8]) {
        count = bytes.count
        room = (count + Self.page) / Self.page * Self.page
        let map = unsafe mmap(nil, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let map = unsafe map, unsafe map != MAP_FAILED else { fatalError("no pages") }
        unsafe start = map
        unsafe bytes.withUnsafeBytes { bytes in
            if let source = bytes.baseAddress { unsafe start.copyMemory(from: source, byteCount: bytes.count) }
        }
    }

    deinit { unsafe munmap(start, room) }

    /// Makes whole pages before `end` unreadable.
    public func fade(before end: Int) {
        let length = end / Self.page * Self.page
        if length > 0 { unsafe mprotect(start, length, PROT_NONE) }
    }

    /// Makes everything readable again.
    public func restore() { unsafe mprotect(start, room, PROT_READ | PROT_WRITE) }

    /// The first `length` bytes, of which those that faded must not be touched.
    public func prefix<Result>(_ length: Int, _ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        precondition(length <= count)
        // The pages live as long as the object, which lives for the call.
        return try body(unsafe Span(_unsafeStart: start.assumingMemoryBound(to: UInt8.self), count: length))
    }
}
