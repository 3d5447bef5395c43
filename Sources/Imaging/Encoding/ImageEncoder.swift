public import Bytes
public import Work

/// Told how far a picture is written, a share from 0 to 1 that never falls; answers whether to go on.
public typealias EncodingProgress = @Sendable (Double) -> Bool

/// Writes pictures as files. Whoever keeps one keeps its buffers, and the next picture costs no fresh memory.
public struct ImageEncoder: ~Copyable, Sendable {
    private var png = PNGEncoder()

    public init() {}

    /// Appends a file to `file`, the same bytes for any number of workers.
    ///
    /// After an error `file` may hold a piece of one.
    public mutating func encode(
        _ picture: some PixelSource, as format: OutputFormat, _ options: EncodingOptions = EncodingOptions(),
        on workers: some Workers = SingleWorker(), into file: inout ByteBuffer,
        progress: @escaping EncodingProgress = { _ in true }
    ) throws(EncodingError) {
        precondition(picture.width > 0 && picture.height > 0 && (picture.channels == 3 || picture.channels == 4))
        let side = max(picture.width, picture.height)
        if side > format.longestSide {
            throw .tooLarge(format: format.name, side: side, longest: format.longestSide)
        }
        switch format {
        case .png: try png.encode(picture, options, on: workers, into: &file, progress: progress)
        default: fatalError()
        }
    }
}
