import Bytes
import Imaging
import Net

/// An input picture and its output file.
struct ExpandJob: Sendable {
    let input: FilePath
    let output: FilePath
    let format: PictureFormat

    /// The jobs of a command line: one file to another, or several into a folder.
    static func jobs(
        _ inputs: [FilePath], _ target: FilePath, _ format: PictureFormat?
    ) throws(UsageError) -> [ExpandJob] {
        let jobs: [ExpandJob]
        if target.endsInSlash || File.isFolder(target) {
            let folder = target.endsInSlash ? target : target.appending([UInt8(ascii: "/")])
            jobs = inputs.map { ExpandJob($0, into: folder, format) }
        } else {
            guard inputs.count == 1 else {
                throw UsageError("\(quoted(target.description)) is no folder: many pictures need one to go to")
            }
            let format = if let format { format } else { try named(by: target) }
            jobs = [ExpandJob(input: inputs[0], output: target, format: format)]
        }
        try refuseLosses(jobs)
        return jobs
    }

    /// Refuses jobs whose outputs would overwrite each other or an input.
    private static func refuseLosses(_ jobs: [ExpandJob]) throws(UsageError) {
        var origins: [FilePath: FilePath] = [:]
        let inputs = Set(jobs.compactMap { File.identity($0.input) })
        for job in jobs {
            let output = quoted(job.output.description)
            if let other = origins.updateValue(job.input, forKey: job.output) {
                throw UsageError(
                    "\(quoted(other.description)) and \(quoted(job.input.description)) would both become \(output)")
            }
            if let identity = File.identity(job.output), inputs.contains(identity) {
                throw UsageError("\(output) is a picture to read, and would be lost; give another name or folder")
            }
        }
    }

    /// The format for the extension of a file name; PNG if there is none.
    private static func named(by path: FilePath) throws(UsageError) -> PictureFormat {
        guard let ending = path.ending else { return .png }
        guard let format = PictureFormat(ending: ending) else {
            throw UsageError(
                "\(quoted(path.description)) does not say a format: end it in .png, .jpg, .jpeg or .webp, or give --format"
            )
        }
        return format
    }
}

extension ExpandJob {
    /// Creates a job that keeps the file name, and the format unless another is given. The extension stays if it fits
    /// the format.
    private init(_ input: FilePath, into folder: FilePath, _ wanted: PictureFormat?) {
        let named = input.ending.flatMap { PictureFormat(ending: $0) }
        let format = wanted ?? PictureFormat(contentOf: input) ?? named ?? .png
        let name = input == .dash ? Array("stdin".utf8)[...] : input.name
        let fitting: [UInt8] =
            if named?.suffix == format.suffix {
                Array(name)
            } else {
                name.dropLast(input.endsLikePicture ? (input.ending?.utf8.count ?? 0) + 1 : 0)
                    + Array(format.suffix.utf8)
            }
        self.init(input: input, output: folder.appending(fitting), format: format)
    }
}

extension PictureFormat {
    /// Detects the format by the first bytes of a file, if reading them does not consume them (as with a pipe).
    fileprivate init?(contentOf path: FilePath) {
        guard let start = try? File.beginning(of: path, 16), let format = try? ImageProbe.format(of: start.bytes) else {
            return nil
        }
        switch format {
        case .png: self = .png
        case .jpeg: self = .jpeg
        case .webp: self = .webp
        // These formats can be read but not written.
        case .gif, .bmp: self = .png
        }
    }
}

extension FilePath {
    /// Whether the name has the extension of a readable picture format.
    fileprivate var endsLikePicture: Bool {
        guard let ending else { return false }
        return PictureFormat(ending: ending) != nil || ["gif", "bmp"].contains(ending.lowercased())
    }
}
