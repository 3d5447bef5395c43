/// An immutable picture that any thread may read.
public final class SharedRaster: Sendable {
    private let raster: Raster

    /// Takes the picture over.
    public init(_ raster: consuming Raster) {
        self.raster = raster
    }

    /// Pixels in a row.
    public var width: Int { raster.width }
    /// Rows.
    public var height: Int { raster.height }
    /// Bytes in a pixel: 3 for RGB, 4 for RGBA.
    public var channels: Int { raster.channels }

    /// All bytes, row after row.
    public var pixels: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // The raster never changes and lives as long as the object.
            unsafe _overrideLifetime(Span(_unsafeElements: raster.address), borrowing: self)
        }
    }

    /// The bytes of row `y`.
    @_lifetime(borrow self)
    public func row(_ y: Int) -> Span<UInt8> {
        pixels.extracting(y * width * channels..<(y + 1) * width * channels)
    }
}
