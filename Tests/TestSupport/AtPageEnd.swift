import Glibc

/// Calls `body` with a copy of `bytes` that ends where memory ends: the page behind it can neither be read nor written,
/// so that a single byte too far brings the test down.
public func atPageEnd<Result>(_ bytes: [UInt8], _ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
    try mutableAtPageEnd(bytes) { try body($0.span) }
}

/// The same, for what changes the bytes in place.
public func mutableAtPageEnd<Result>(
    _ bytes: [UInt8], _ body: (inout MutableSpan<UInt8>) throws -> Result
) rethrows -> Result {
    let page = Int(sysconf(CInt(_SC_PAGESIZE)))
    let room = (bytes.count + page - 1) / page * page
    let map = unsafe mmap(nil, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start = unsafe map, unsafe start != MAP_FAILED else { fatalError("no pages") }
    defer { unsafe munmap(start, room + page) }
    guard unsafe mprotect(start + room, page, PROT_NONE) == 0 else { fatalError("no guard") }
    let first = unsafe start + (room - bytes.count)
    unsafe bytes.withUnsafeBytes {
        unsafe first.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(first), byteCount: $0.count)
    }
    // The pages outlive the span, which nothing else refers to.
    var span = unsafe MutableSpan<UInt8>(_unsafeStart: first.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    return try body(&span)
}
