public import Bytes
public import Parallel

/// Receives the share of a picture that is written, from 0 to 1 and never falling; returns whether to go on.
public typealias EncodingProgress = @Sendable (Double) -> Bool

/// Writes pictures as files. An encoder keeps its buffers, so that the next picture needs no fresh memory.
public struct ImageEncoder: ~Copyable, Sendable {
    private var png = PNGEncoder()
    private var jpeg: JPEGEncoder?
    private var webp = WebPEncoder()

    public init() {}

    /// Appends a file to `file`, the same bytes for any number of workers.
    ///
    /// After an error `file` may hold an incomplete file.
    public mutating func encode(
        _ picture: some PixelSource, as output: OutputFormat, _ options: EncodingOptions = EncodingOptions(),
        on workers: some Workers = SingleWorker(), into file: inout ByteBuffer,
        progress: @escaping EncodingProgress = { _ in true }
    ) throws(EncodingError) {
        precondition(picture.width > 0 && picture.height > 0 && (picture.channels == 3 || picture.channels == 4))
        let side = max(picture.width, picture.height)
        if side > output.longestSide {
            throw .tooLarge(format: output.format, side: side, longest: output.longestSide)
        }
        switch output {
        case .png: try png.encode(picture, options, on: workers, into: &file, progress: progress)
        case .jpeg(let quality):
            if jpeg == nil { jpeg = JPEGEncoder() }
            try jpeg?.encode(picture, quality: quality, options, into: &file, progress: progress)
        case .webp(let quality):
            try webp.encode(picture, .lossy(quality: quality), options, into: &file, progress: progress)
        case .losslessWebP: try webp.encode(picture, .lossless, options, into: &file, progress: progress)
        }
    }
}
