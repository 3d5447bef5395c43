import Bytes
import Imaging
import Intake
import JSON
import Outbound
import System
import Tasks

/// An input image for a task: its file, and the properties from its header.
struct SourceImage: Sendable {
    let image: InputImage
    let probe: ImageProbe

    /// The origin of an image.
    enum Source: Sendable {
        case here(SourceImage)
        /// A URL to fetch.
        case address(String)
    }
}

extension Service {
    /// Resolves the image parameter at `path`: the UUID of a stored or generated picture, a URL, a data URI or base64.
    /// Data in the parameter is decoded.
    func source(
        of text: JSONValue, at path: String, for namespace: Namespace
    ) throws(ServiceError) -> SourceImage.Source {
        if let id = TaskID(text.bytes) {
            if let image = kept(id, for: namespace) { return .here(image) }
            if let file = try made(id, for: namespace) { return .here(try sourceImage(file, at: path)) }
            throw .unknownMedia(path)
        }
        let source: Intake.Source
        do throws(IntakeError) {
            source = try intake.source(of: text.bytes)
        } catch {
            throw ServiceError(error, at: path)
        }
        switch consume source {
        case .file(let file): return .here(try sourceImage(file, at: path))
        case .address(let address): return .address(address)
        }
    }

    /// Loads the image of a source.
    func sourceImage(
        _ source: SourceImage.Source, at path: String, with client: Client
    ) throws(ServiceError) -> SourceImage {
        switch source {
        case .here(let image): image
        case .address(let address): try sourceImage(try fetch(address, at: path, with: client), at: path)
        }
    }

    /// Reads the header of a caller's file.
    private func sourceImage(_ file: consuming ByteBuffer, at path: String) throws(ServiceError) -> SourceImage {
        let probe: ImageProbe
        do throws(IntakeError) {
            probe = try intake.probe(file)
        } catch {
            throw ServiceError(error, at: path)
        }
        do throws(TaskError) {
            return SourceImage(image: try tasks.input(file), probe: probe)
        } catch {
            throw ServiceError(error)
        }
    }

    /// Downloads the file at a URL. Blocks until the download ends.
    private func fetch(
        _ address: String, at path: String, with client: Client
    ) throws(ServiceError) -> ByteBuffer {
        do throws(IntakeError) {
            return try intake.fetch(address, with: client)
        } catch {
            throw ServiceError(error, at: path)
        }
    }

    private func kept(_ id: TaskID, for namespace: Namespace) -> SourceImage? {
        guard let found = media.use(id), found.namespace == namespace else { return nil }
        return SourceImage(image: found.image, probe: found.probe)
    }

    /// The file of a picture that was generated for this caller.
    private func made(_ id: TaskID, for namespace: Namespace) throws(ServiceError) -> ByteBuffer? {
        let picture: Picture
        do throws(TaskError) {
            guard let task = try tasks.task(id), task.record.namespace == namespace, let made = tasks.picture(of: task)
            else { return nil }
            picture = made
        } catch {
            throw ServiceError(error)
        }
        do throws(Errno) {
            var file = ByteBuffer()
            try picture.file.append(0..<picture.file.count, to: &file)
            return file
        } catch {
            throw .failed(error.description)
        }
    }
}

extension ServiceError {
    /// The error for a string that yields no image of a task, in the service's wording.
    init(_ error: IntakeError, at path: String) {
        let forms = """
            The image must be specified in one of the following formats: a UUID v4 string of a previously uploaded or \
            generated image, a data URI string, a base64 encoded image, or a publicly accessible URL. Supported formats \
            are: PNG, JPG, and WEBP.
            """
        self.init(error, at: path, forms)
    }

    /// The error for a string that yields no image, with the accepted forms. Failures of this server are not reported
    /// as faults of the image.
    init(_ error: IntakeError, at path: String, _ forms: String) {
        self =
            switch error {
            case .notFetched(.full): .busy("Too many images are being fetched", retryAfter: 1)
            case .notFetched(.stopped): .stopping
            case .noMemory: .busy("Too many large images are being read", retryAfter: 1)
            default: .parameter(.invalid(path, "\(forms) Here, \(error.description)."))
            }
    }
}
