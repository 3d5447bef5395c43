public import Glibc

/// An owned, growable run of bytes with one owner and no reference count.
///
/// Growth uses `realloc`, which moves pages instead of bytes once a buffer is large, so a body of 64 MiB costs its own
/// size while it grows. The memory is not cleared.
@safe
public struct ByteBuffer: ~Copyable {
    /// The storage, `nil` until the first byte needs room. It comes from `malloc` and is freed by `deinit` alone.
    @usableFromInline var start: UnsafeMutablePointer<UInt8>?
    @usableFromInline var used: Int
    @usableFromInline var room: Int

    @inlinable
    public init() {
        unsafe start = nil
        used = 0
        room = 0
    }

    public init(capacity: Int) {
        self.init()
        reserve(capacity)
    }

    public init(_ bytes: Span<UInt8>) {
        self.init(capacity: bytes.count)
        append(bytes)
    }

    /// A copy of what another buffer holds from `start` on.
    public init(copying other: borrowing ByteBuffer, from start: Int) {
        self.init(other.bytes.extracting(start...))
    }

    public init(_ text: String) {
        self.init()
        append(text)
    }

    @inlinable
    deinit {
        unsafe free(start)
    }

    @inlinable public var count: Int { used }
    @inlinable public var capacity: Int { room }
    @inlinable public var isEmpty: Bool { used == 0 }

    /// The bytes held, for as long as the buffer is not changed.
    @inlinable
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            // The pointer is valid for `used` bytes as long as `self` is borrowed.
            let span = unsafe Span(_unsafeStart: UnsafePointer(start ?? ByteBuffer.nowhere), count: used)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The bytes held, to be changed in place.
    @inlinable
    public var mutableBytes: MutableSpan<UInt8> {
        @_lifetime(&self)
        mutating get {
            // Exclusive access to `self` makes the span the only way to the storage.
            let span = unsafe MutableSpan(_unsafeStart: start ?? ByteBuffer.nowhere, count: used)
            return unsafe _overrideLifetime(span, mutating: &self)
        }
    }

    /// An address for empty spans of buffers without storage, never read or written.
    @usableFromInline static var nowhere: UnsafeMutablePointer<UInt8> {
        unsafe UnsafeMutablePointer(bitPattern: 1).unsafelyUnwrapped
    }
}

/// Moving the owner to another thread moves the only access to its storage.
extension ByteBuffer: @unchecked Sendable {}

// MARK: - Room

extension ByteBuffer {
    /// Makes room for `capacity` bytes in all, exactly.
    public mutating func reserve(_ capacity: Int) {
        guard capacity > room else { return }
        guard let grown = unsafe realloc(start, capacity) else { fatalError("out of memory: \(capacity) bytes") }
        unsafe start = grown.assumingMemoryBound(to: UInt8.self)
        room = capacity
    }

    /// Makes room for `extra` bytes after those held, at least doubling so that appending stays linear.
    @inlinable
    public mutating func reserveExtra(_ extra: Int) {
        if extra > room &- used { reserve(max(used + extra, room * 2, 64)) }
    }

    /// Removes all bytes; the storage is kept for reuse.
    @inlinable
    public mutating func removeAll() {
        used = 0
    }

    /// Drops the first `n` bytes and moves the rest to the front.
    public mutating func removeFirst(_ n: Int) {
        precondition(n >= 0 && n <= used)
        if n < used, n > 0, let start = unsafe start { unsafe memmove(start, start + n, used - n) }
        used -= n
    }

    /// Keeps the first `n` bytes.
    @inlinable
    public mutating func truncate(to n: Int) {
        precondition(n >= 0 && n <= used)
        used = n
    }

    /// Calls `fill` with `limit` bytes of spare room and adds the number of bytes that it returns.
    ///
    /// This is how system calls and C decoders write into a buffer.
    @inlinable
    public mutating func fill<E: Error>(
        upTo limit: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        reserveExtra(limit)
        let spare = unsafe UnsafeMutableRawBufferPointer(start: start.map { unsafe $0 + used }, count: limit)
        let written = unsafe try fill(spare)
        precondition(written >= 0 && written <= limit)
        used += written
        return written
    }
}

// MARK: - Appending

extension ByteBuffer {
    @inlinable
    public mutating func append(_ byte: UInt8) {
        reserveExtra(1)
        unsafe start.unsafelyUnwrapped[used] = byte
        used &+= 1
    }

    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        guard bytes.count > 0 else { return }
        reserveExtra(bytes.count)
        let target = unsafe start.unsafelyUnwrapped + used
        unsafe bytes.withUnsafeBufferPointer { source in
            _ = unsafe memcpy(target, source.baseAddress.unsafelyUnwrapped, source.count)
        }
        used &+= bytes.count
    }

    /// Appends what another buffer holds.
    @inlinable
    public mutating func append(_ other: borrowing ByteBuffer) {
        append(other.bytes)
    }

    /// Appends the eight bytes of a number, the lowest first.
    @inlinable
    public mutating func append(eight bytes: UInt64) {
        reserveExtra(8)
        unsafe UnsafeMutableRawPointer(start.unsafelyUnwrapped + used)
            .storeBytes(of: bytes.littleEndian, as: UInt64.self)
        used &+= 8
    }

    /// Appends a text literal of the program.
    @inlinable
    public mutating func append(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        guard count > 0 else { return }
        reserveExtra(count)
        unsafe memcpy(start.unsafelyUnwrapped + used, text.utf8Start, count)
        used &+= count
    }

    /// Appends text. A literal prefers the overload for `StaticString`.
    @_disfavoredOverload
    public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            // Empty text may still have an address, while the buffer may have none yet.
            guard let source = utf8.baseAddress, !utf8.isEmpty else { return }
            reserveExtra(utf8.count)
            unsafe memcpy(start.unsafelyUnwrapped + used, source, utf8.count)
            used &+= utf8.count
        }
    }

    /// Appends the last `width` digits of an integer that is not negative, with zeros in front.
    public mutating func append(decimal value: Int, width: Int) {
        appendDigits(of: value.magnitude, width)
    }

    /// Appends an integer in decimal.
    public mutating func append(decimal value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        var (width, power) = (1, 10 as UInt)
        while magnitude >= power {
            width &+= 1
            // The largest power of ten in 64 bits has twenty digits.
            guard width < 20 else { break }
            power &*= 10
        }
        appendDigits(of: magnitude, width)
    }

    private mutating func appendDigits(of value: UInt, _ width: Int) {
        reserveExtra(width)
        var rest = value
        var at = used &+ width
        while at > used {
            at &-= 1
            unsafe start.unsafelyUnwrapped[at] = UInt8(truncatingIfNeeded: rest % 10) &+ UInt8(ascii: "0")
            rest /= 10
        }
        used &+= width
    }

    /// Appends the eight lowercase hexadecimal digits of a number.
    @inlinable
    public mutating func append(hexadecimal number: UInt32) {
        append(eight: ByteBuffer.digits(of: number))
    }

    /// Appends the four hexadecimal digits of a number.
    @inlinable
    public mutating func append(hexadecimal number: UInt16) {
        let digits = UInt32(truncatingIfNeeded: ByteBuffer.digits(of: UInt32(number)) &>> 32)
        reserveExtra(4)
        unsafe UnsafeMutableRawPointer(start.unsafelyUnwrapped + used).storeBytes(
            of: digits.littleEndian, as: UInt32.self)
        used &+= 4
    }

    /// The hexadecimal digits of a number, the first in the lowest byte.
    @inlinable
    static func digits(of number: UInt32) -> UInt64 {
        // Spreads the bytes, then the two digits of each, until every byte holds one digit.
        var digits = UInt64(number.byteSwapped)
        digits = (digits | digits &<< 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits &<< 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits &>> 4 & 0x000F_000F_000F_000F) | (digits & 0x000F_000F_000F_000F) &<< 8
        // Adding six carries digits above nine into the high half of their byte.
        let letters = (digits &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        return digits &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }
}
