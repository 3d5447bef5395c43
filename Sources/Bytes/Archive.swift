/// Writes values one behind the other, to be read back in the same order by an `ArchiveReader`. Numbers take eight bytes;
/// texts and bytes stand behind their length.
public struct ArchiveWriter: ~Copyable {
    public private(set) var bytes = ByteBuffer()

    public init() {}

    public mutating func write(_ number: Int) { bytes.append(eight: UInt64(bitPattern: Int64(number))) }
    public mutating func write(_ number: UInt64) { bytes.append(eight: number) }
    public mutating func write(_ flag: Bool) { write(flag ? 1 : 0) }

    public mutating func write(_ number: UInt128) {
        write(UInt64(truncatingIfNeeded: number >> 64))
        write(UInt64(truncatingIfNeeded: number))
    }

    public mutating func write(_ text: String) {
        write(text.utf8.count)
        bytes.append(text)
    }

    public mutating func write(_ run: Span<UInt8>) {
        write(run.count)
        bytes.append(run)
    }

    /// Writes whether there is a value, and the value.
    public mutating func write<Value>(optional value: Value?, _ body: (Value, inout ArchiveWriter) -> Void) {
        write(value != nil)
        if let value { body(value, &self) }
    }

    /// Writes how many elements there are, and each.
    public mutating func write<Element>(list: some Collection<Element>, _ body: (Element, inout ArchiveWriter) -> Void)
    {
        write(list.count)
        for element in list { body(element, &self) }
    }

    public consuming func finish() -> ByteBuffer { bytes }
}

/// An archive that holds something else than was expected, or ends too early.
public struct ArchiveError: Error, Hashable, Sendable {
    /// Where in the archive.
    public let offset: Int

    public init(offset: Int) { self.offset = offset }
}

/// Reads what an `ArchiveWriter` has written. It trusts nothing it reads.
public struct ArchiveReader: Sendable {
    private let bytes: SharedBytes
    public private(set) var offset = 0

    public init(_ bytes: SharedBytes) { self.bytes = bytes }

    public var isAtEnd: Bool { offset == bytes.count }

    /// The error of a value that cannot be, at the present offset.
    public var error: ArchiveError { ArchiveError(offset: offset) }

    public mutating func word() throws(ArchiveError) -> UInt64 {
        let (shared, start) = (bytes, offset)
        guard shared.count - start >= 8 else { throw error }
        var word: UInt64 = 0
        for index in 0..<8 { word |= UInt64(shared.bytes[start + index]) << UInt64(8 * index) }
        offset = start + 8
        return word
    }

    public mutating func integer() throws(ArchiveError) -> Int { Int(Int64(bitPattern: try word())) }

    /// An integer within bounds.
    public mutating func integer(in bounds: ClosedRange<Int>) throws(ArchiveError) -> Int {
        let value = try integer()
        guard bounds.contains(value) else { throw error }
        return value
    }

    public mutating func wide() throws(ArchiveError) -> UInt128 {
        let high = try word()
        return UInt128(high) << 64 | UInt128(try word())
    }

    public mutating func flag() throws(ArchiveError) -> Bool { try integer(in: 0...1) == 1 }

    /// Where a run of bytes stands that its length is in front of.
    private mutating func range() throws(ArchiveError) -> Range<Int> {
        let count = try integer()
        guard count >= 0, count <= bytes.count - offset else { throw error }
        defer { offset += count }
        return offset..<offset + count
    }

    public mutating func run() throws(ArchiveError) -> ByteBuffer {
        let range = try range()
        return ByteBuffer(bytes.bytes.extracting(range))
    }

    /// Text, which must be UTF-8.
    public mutating func text() throws(ArchiveError) -> String {
        let range = try range()
        let text = bytes.bytes.extracting(range).text
        guard text.utf8.count == range.count else { throw error }
        return text
    }

    public mutating func optional<Value>(
        _ body: (inout ArchiveReader) throws(ArchiveError) -> Value
    ) throws(ArchiveError) -> Value? {
        try flag() ? try body(&self) : nil
    }

    public mutating func list<Element>(
        _ body: (inout ArchiveReader) throws(ArchiveError) -> Element
    ) throws(ArchiveError) -> [Element] {
        // Each element takes eight bytes at least, so that a length alone takes no memory.
        let count = try integer(in: 0...(bytes.count - offset) / 8)
        var list: [Element] = []
        for _ in 0..<count { list.append(try body(&self)) }
        return list
    }
}
