import Bytes
import Imaging
import Net
import Outpainting
import Work

/// Fills the canvas around pictures, with the engine of the server.
func expandCommand(
    _ arguments: [String], _ environment: [String: String], _ console: Console
) throws(UsageError) -> Int32 {
    let reading = try Configuration.read(.expand, arguments, environment)
    let settings = reading.values.expand
    guard let width = settings.width, let height = settings.height else {
        throw UsageError("expand needs --width and --height; see outpaint help expand")
    }
    let jobs = try ExpandJob.jobs(reading.operands, settings.format)
    let expansion = Expansion(settings, reading.values.pictures, canvas: Size(width: width, height: height), console)
    return expansion.run(jobs) ? ExitCode.success : ExitCode.failure
}

/// One picture and the file it becomes.
struct ExpandJob: Sendable {
    let input: String
    let output: String
    let format: PictureFormat

    /// The jobs of a command line: one file to another, or many into a folder.
    static func jobs(_ operands: [String], _ format: PictureFormat?) throws(UsageError) -> [ExpandJob] {
        guard operands.count >= 2, let target = operands.last else {
            throw UsageError("expand needs a picture and a file to make; see outpaint help expand")
        }
        let inputs = operands.dropLast()
        if target.hasSuffix("/") || File.isFolder(target) {
            let folder = target.hasSuffix("/") ? target : target + "/"
            let jobs = inputs.map { input in
                let format = format ?? PictureFormat(path: input) ?? .png
                return ExpandJob(input: input, output: folder + stem(of: input) + format.suffix, format: format)
            }
            var origins: [String: String] = [:]
            for job in jobs {
                if let other = origins.updateValue(job.input, forKey: job.output) {
                    throw UsageError("\(quoted(other)) and \(quoted(job.input)) would both become \(job.output)")
                }
            }
            return jobs
        }
        guard inputs.count == 1, let input = inputs.first else {
            throw UsageError("\(quoted(target)) is no folder: many pictures need one to go to")
        }
        return [ExpandJob(input: input, output: target, format: format ?? PictureFormat(path: target) ?? .png)]
    }

    /// A file's name without folders and without its last suffix.
    private static func stem(of path: String) -> String {
        let name = path == "-" ? "stdin" : String(path.split(separator: "/").last ?? "picture")
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }
}

/// Makes the pictures of one command.
private struct Expansion: Sendable {
    let settings: Configuration.Expansion
    let pictures: Configuration.Pictures
    let canvas: Size
    let console: Console

    init(
        _ settings: Configuration.Expansion, _ pictures: Configuration.Pictures, canvas: Size, _ console: Console
    ) {
        (self.settings, self.pictures, self.canvas, self.console) = (settings, pictures, canvas, console)
    }

    /// Whether all went well. One picture has all threads; many have one each.
    func run(_ jobs: [ExpandJob]) -> Bool {
        let threads = Threads(count: settings.threads > 0 ? settings.threads : Machine.coreCount)
        let bar = ProgressBar(of: jobs.count, on: console.errors)
        defer { bar.end() }
        if jobs.count == 1 { return make(jobs[0], 0, on: threads, bar) }
        return threads.map(jobs.count) { make(jobs[$0], $0, on: SingleWorker(), bar) }.allSatisfy { $0 }
    }

    private func make(_ job: ExpandJob, _ number: Int, on workers: some Workers, _ bar: ProgressBar) -> Bool {
        do throws(Failure) {
            let file = try render(job, number, on: workers, bar)
            try Failure.naming("write \(job.output)") { () throws(Errno) in try File.replace(job.output, with: file) }
            return true
        } catch {
            bar.say("outpaint: \(error.sentence)\n")
            return false
        }
    }

    private func render(
        _ job: ExpandJob, _ number: Int, on workers: some Workers, _ bar: ProgressBar
    ) throws(Failure) -> ByteBuffer {
        let limit = pictures.limits.inputBytes
        let picture = try Failure.naming("read \(job.input)") { () throws(Errno) in
            try File.read(job.input, upTo: limit)
        }
        var file = ByteBuffer()
        var renderer = Renderer()
        do throws(RenderingError) {
            try renderer.render(picture.bytes, request(job.format), on: workers, into: &file) { share in
                bar.show(share, of: number)
                return true
            }
        } catch {
            throw Failure(sentence: "\(job.input): \(error)")
        }
        return file
    }

    private func request(_ format: PictureFormat) -> RenderingRequest {
        let fill = NamedFill.make(pictures.fill.text, mode: settings.mode, variant: settings.variant)
        var request = RenderingRequest(canvas: canvas, fill: fill ?? MosaicFill(settings.mode))
        (request.offsetX, request.offsetY) = (settings.offsetX, settings.offsetY)
        request.autoCrop = settings.autoCrop
        request.mode = settings.mode
        request.keepsFastRules = false
        request.transparency = settings.transparency
        request.limits = pictures.limits
        let background = settings.background
        request.encoding = EncodingOptions(
            software: pictures.namesProgram ? "outpaint \(version)" : nil,
            background: .init(red: background.red, green: background.green, blue: background.blue))
        request.output =
            switch format {
            case .png: .png
            case .jpeg: .jpeg(quality: settings.quality ?? 95)
            case .webp: .webp(quality: settings.quality ?? 80)
            case .losslessWebP: .losslessWebP
            }
        return request
    }

    /// Why a picture was not made, as one sentence.
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
