internal import Bytes
internal import Imaging
internal import Outpainting
internal import Parallel

/// Makes pictures one at a time on one thread, and reuses its buffers.
protocol PictureMaker: AnyObject {
    /// Appends the encoded picture to `file` if the outcome is `ready`. Calls `decoded` when the memory for decoding is
    /// free again. Calls `goOn` with the progress; the work stops if it returns false.
    func make(
        _ image: Span<UInt8>, _ recipe: Recipe, on workers: SharedWorkers, into file: inout ByteBuffer,
        decoded: @escaping @Sendable () -> Void, goOn: @escaping @Sendable (Double) -> Bool
    ) -> Outcome
}

/// Makes pictures with the rendering engine.
final class EngineMaker: PictureMaker {
    private var renderer = Renderer()
    private let limits: ImageLimits

    init(_ limits: ImageLimits) {
        self.limits = limits
    }

    func make(
        _ image: Span<UInt8>, _ recipe: Recipe, on workers: SharedWorkers, into file: inout ByteBuffer,
        decoded: @escaping @Sendable () -> Void, goOn: @escaping @Sendable (Double) -> Bool
    ) -> Outcome {
        do throws(RenderingError) {
            var request = try recipe.request(limits)
            request.whenDecoded = decoded
            try renderer.render(image, request, on: workers, into: &file, progress: goOn)
            return .ready
        } catch {
            return .failed(Failure(error.kind, error.description))
        }
    }
}

extension RenderingError {
    fileprivate var kind: Failure.Kind {
        switch self {
        case .image, .watermark: .image
        case .placement: .placement
        case .encoding: .encoding
        case .cancelled: .stopped
        }
    }
}
