internal import Bytes
internal import CWebP

/// Writes WebP through libwebp, lossy or lossless.
struct WebPEncoder: ~Copyable, Sendable {
    /// The steps of a lossy picture's search, 0 to 6; and of a lossless one's, 0 to 9. `docs/encoding.md` has what was
    /// measured.
    private static let lossyMethod: Int32 = 1
    private static let losslessEffort: Int32 = 0

    private var planes = WebPPlanes()
    private var stream = ByteBuffer()

    init() {}

    mutating func encode(
        _ picture: some PixelSource, _ kind: Kind, _ options: EncodingOptions, into file: inout ByteBuffer,
        progress: @escaping EncodingProgress
    ) throws(EncodingError) {
        let config = try kind.config()
        var work = CallbackState(stream: ByteBuffer(), progress: progress)
        swap(&work.stream, &stream)
        work.stream.removeAll()
        defer { swap(&work.stream, &stream) }
        try unsafe planes.lend(picture, lossless: kind == .lossless) { target throws(EncodingError) in
            try unsafe WebPEncoder.run(&target, config, &work)
        }
        if work.reached < 1, !work.goOn(at: 1) { throw .cancelled }
        if let software = options.software {
            WebPContainer.write(
                work.stream.bytes, width: picture.width, height: picture.height, software: software, into: &file)
        } else {
            file.append(work.stream)
        }
    }

    enum Kind: Hashable {
        case lossy(quality: Int)
        case lossless

        fileprivate func config() throws(EncodingError) -> WebPConfig {
            var config = WebPConfig()
            // Both write to the variable given.
            var isValid = unsafe WebPConfigInit(&config) != 0
            switch self {
            case .lossy(let quality):
                config.quality = Float(min(max(quality, 0), 100))
                config.method = WebPEncoder.lossyMethod
            case .lossless:
                isValid = unsafe isValid && WebPConfigLosslessPreset(&config, WebPEncoder.losslessEffort) != 0
                // Color under full transparency stays, too.
                config.exact = 1
            }
            guard isValid else { throw .failed(format: .webp, reason: "another version") }
            return config
        }
    }

    /// The state of the library's callbacks.
    private struct CallbackState: ~Copyable {
        var stream: ByteBuffer
        let progress: EncodingProgress
        /// The share reported last. The library restarts from 0 with each pass.
        var reached = 0.0
        /// Whether `progress` has returned false. The library calls once more before it returns.
        var isStopped = false

        mutating func goOn(at share: Double) -> Bool {
            if isStopped { return false }
            reached = max(reached, share)
            isStopped = !progress(reached)
            return !isStopped
        }
    }

    private static func run(
        _ picture: inout WebPPicture, _ config: WebPConfig, _ work: inout CallbackState
    ) throws(EncodingError) {
        var config = config
        let isDone = unsafe withUnsafeMutablePointer(to: &work) { work in
            // The library calls back only before `WebPEncode` returns, while the state is in place and not otherwise accessed.
            unsafe picture.custom_ptr = UnsafeMutableRawPointer(work)
            unsafe picture.user_data = UnsafeMutableRawPointer(work)
            unsafe picture.writer = { data, count, picture in
                guard let work = unsafe picture?.pointee.custom_ptr?.assumingMemoryBound(to: CallbackState.self) else {
                    return 0
                }
                unsafe work.pointee.stream.append(Span(_unsafeStart: data.unsafelyUnwrapped, count: count))
                return 1
            }
            unsafe picture.progress_hook = { percent, picture in
                guard let work = unsafe picture?.pointee.user_data?.assumingMemoryBound(to: CallbackState.self) else {
                    return 0
                }
                return unsafe work.pointee.goOn(at: Double(percent) / 100) ? 1 : 0
            }
            return unsafe WebPEncode(&config, &picture) != 0
        }
        if isDone { return }
        switch unsafe picture.error_code {
        case VP8_ENC_ERROR_USER_ABORT: throw .cancelled
        case VP8_ENC_ERROR_OUT_OF_MEMORY, VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY:
            throw .failed(format: .webp, reason: "out of memory")
        case VP8_ENC_ERROR_PARTITION0_OVERFLOW, VP8_ENC_ERROR_PARTITION_OVERFLOW, VP8_ENC_ERROR_FILE_TOO_BIG:
            throw .failed(format: .webp, reason: "the picture is too large for this quality")
        case let code: throw .failed(format: .webp, reason: "libwebp's error \(code.rawValue)")
        }
    }
}
