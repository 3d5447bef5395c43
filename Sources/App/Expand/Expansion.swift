import Bytes
import Imaging
import Net
import Outpainting
import Parallel
import System

/// Makes the pictures of one `expand` command.
struct Expansion: Sendable {
    private let settings: Configuration.Expansion
    private let canvas: ExpandCanvas
    private let bar: ProgressBar
    private let memory: DecodingMemory

    init(_ configuration: Configuration, canvas: ExpandCanvas, _ bar: ProgressBar) {
        settings = configuration.expand
        (self.canvas, self.bar) = (canvas, bar)
        memory = DecodingMemory(limit: settings.images.memory)
    }

    /// Returns whether all jobs succeeded. A single picture uses all threads; several use one each.
    func run(_ jobs: [ExpandJob]) -> Bool {
        let threads = ComputePool(count: settings.threads > 0 ? settings.threads : Machine.coreCount)
        defer { bar.end() }
        if jobs.count == 1 { return make(jobs[0], 0, on: threads) }
        return threads.map(jobs.count) { make(jobs[$0], $0, on: SingleWorker()) }.allSatisfy { $0 }
    }

    private func make(_ job: ExpandJob, _ number: Int, on workers: some Workers) -> Bool {
        do throws(Failure) {
            let file = try render(job, number, on: workers)
            let name = job.output == .dash ? "standard output" : printable(job.output)
            try Failure.naming("write \(name)") { () throws(Errno) in try File.replace(job.output, with: file) }
            return true
        } catch {
            bar.say("outpaint: \(error.sentence)\n", endOf: number)
            return false
        }
    }

    private func render(_ job: ExpandJob, _ number: Int, on workers: some Workers) throws(Failure) -> ByteBuffer {
        let limit = settings.images.inputBytes
        let name = job.input == .dash ? "standard input" : printable(job.input)
        let picture = try Failure.naming("read \(name)") { () throws(Errno) in
            try File.read(job.input, upTo: limit)
        }
        var file = ByteBuffer()
        var renderer = Renderer()
        let probe: ImageProbe
        do throws(ImageError) {
            probe = try ImageProbe(picture.bytes, within: settings.images)
        } catch {
            throw Failure(sentence: "\(name): \(error)")
        }
        let share = memory.awaitedShare(of: probe.decodingBytes(fileBytes: picture.count))
        var request = request(canvas.size(for: Size(width: probe.width, height: probe.height)), job.format)
        request.whenDecoded = { share.giveBack() }
        do throws(RenderingError) {
            try renderer.render(picture.bytes, request, on: workers, into: &file) { [bar] share in
                bar.show(share, of: number)
                return true
            }
        } catch {
            throw Failure(sentence: "\(name): \(error)" + (error.isMendedByCropping ? " with --auto-crop" : ""))
        }
        return file
    }

    private func request(_ size: Size, _ format: PictureFormat) -> RenderingRequest {
        let fill = NamedFill.make(settings.fill, mode: settings.mode, variant: settings.variant)
        var request = RenderingRequest(canvas: size, fill: fill ?? MosaicFill(settings.mode))
        (request.offsetX, request.offsetY) = canvas.offset.map { ($0.x, $0.y) } ?? (settings.offsetX, settings.offsetY)
        request.autoCrop = settings.autoCrop
        request.mode = settings.mode
        request.keepsFastRules = false
        request.transparency = settings.transparency
        request.limits = settings.images
        request.encoding = EncodingOptions(software: settings.software, background: settings.background)
        request.output =
            switch format {
            case .png: .png
            case .jpeg: .jpeg(quality: settings.quality ?? 95)
            case .webp: .webp(quality: settings.quality ?? 80)
            case .losslessWebP: .losslessWebP
            }
        return request
    }

    /// The reason that a picture was not made, as one sentence.
    private struct Failure: Error {
        let sentence: String

        static func naming<Result: ~Copyable>(
            _ what: String, _ body: () throws(Errno) -> Result
        ) throws(Failure) -> Result {
            do throws(Errno) {
                return try body()
            } catch {
                throw Failure(sentence: "cannot \(what): \(error)")
            }
        }
    }
}

extension RenderingError {
    /// Whether the message should advise cropping.
    fileprivate var isMendedByCropping: Bool {
        if case .placement(.outOfBounds) = self { true } else { false }
    }
}
