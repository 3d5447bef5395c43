internal import Bytes
internal import Imaging
internal import Outpainting
internal import Parallel

/// Makes pictures one after the other, on one thread, and keeps what it needs again.
protocol Maker: AnyObject {
    /// Appends a picture's file to `file`, unless the outcome is another. `decoded` is called when what decoding takes is free
    /// again; `goOn` is told how far it is and asked whether to go on.
    func make(
        _ reference: Span<UInt8>, _ recipe: Recipe, on workers: SpareHands, into file: inout ByteBuffer,
        decoded: @escaping @Sendable () -> Void, goOn: @escaping @Sendable (Double) -> Bool
    ) -> Outcome
}

/// Makes them with the engine.
final class EngineMaker: Maker {
    private var renderer = Renderer()
    private let limits: ImageLimits

    init(_ limits: ImageLimits) {
        self.limits = limits
    }

    func make(
        _ reference: Span<UInt8>, _ recipe: Recipe, on workers: SpareHands, into file: inout ByteBuffer,
        decoded: @escaping @Sendable () -> Void, goOn: @escaping @Sendable (Double) -> Bool
    ) -> Outcome {
        do throws(RenderingError) {
            var request = try recipe.request(limits)
            request.whenDecoded = decoded
            try renderer.render(reference, request, on: workers, into: &file, progress: goOn)
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
