internal import Bytes

/// A picture in memory: rows of 8-bit pixels, RGB or RGBA, packed without gaps, with one owner.
public struct Raster: ~Copyable, Sendable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Bytes in a pixel: 3 for RGB, 4 for RGBA.
    public let channels: Int
    private var storage: ByteBuffer

    /// A picture whose pixels are undefined until they are written.
    public init(width: Int, height: Int, channels: Int = 3) {
        precondition(width > 0 && height > 0 && (channels == 3 || channels == 4))
        self.width = width
        self.height = height
        self.channels = channels
        let size = width * height * channels
        storage = ByteBuffer(capacity: size)
        // The caller must write every pixel before it is read.
        _ = unsafe storage.fill(upTo: size) { _ in size }
    }

    /// A picture with a copy of `pixels`, which must be exactly its size.
    public init(width: Int, height: Int, channels: Int = 3, pixels: Span<UInt8>) {
        precondition(width > 0 && height > 0 && (channels == 3 || channels == 4))
        precondition(pixels.count == width * height * channels)
        self.width = width
        self.height = height
        self.channels = channels
        storage = ByteBuffer(pixels)
    }

    /// A picture that takes over bytes of exactly its size.
    init(width: Int, height: Int, channels: Int, storage: consuming ByteBuffer) {
        precondition(width > 0 && height > 0 && (channels == 3 || channels == 4))
        precondition(storage.count == width * height * channels)
        self.width = width
        self.height = height
        self.channels = channels
        self.storage = storage
    }

    /// Bytes from one row to the next.
    public var rowBytes: Int { width * channels }

    /// All bytes, row after row.
    public var pixels: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { storage.bytes }
    }

    /// All bytes, to be written.
    public var mutablePixels: MutableSpan<UInt8> {
        @_lifetime(&self)
        mutating get { storage.mutableBytes }
    }

    /// The address of the bytes, valid as long as the raster is neither changed nor consumed.
    var address: UnsafeBufferPointer<UInt8> {
        unsafe storage.bytes.withUnsafeBufferPointer { unsafe $0 }
    }

    /// The bytes of row `y`.
    @_lifetime(borrow self)
    public borrowing func row(_ y: Int) -> Span<UInt8> {
        storage.bytes.extracting(y * rowBytes..<(y + 1) * rowBytes)
    }

    /// The bytes of row `y`, to be written.
    @_lifetime(&self)
    public mutating func mutableRow(_ y: Int) -> MutableSpan<UInt8> {
        let all = storage.mutableBytes
        return all._consumingExtracting(y * width * channels..<(y + 1) * width * channels)
    }
}
