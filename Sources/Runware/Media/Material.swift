import Bytes
import Imaging
import Intake
import JSON
import Outbound
import System
import Tasks

/// A picture to work with: its file, and what its head says.
struct Material: Sendable {
    let reference: Reference
    let probe: ImageProbe

    /// Where a caller's text leads.
    enum Source: Sendable {
        case here(Material)
        /// It has to be fetched.
        case address(String)
    }
}

extension Service {
    /// What a caller sent for a picture in the parameter at `path`: the name of one that is kept or was made here, an address, a
    /// data URI or base64. What it holds is taken in.
    func source(
        of text: JSONValue, at path: String, for namespace: Namespace
    ) throws(ServiceError) -> Material.Source {
        if let id = TaskID(text.bytes) {
            if let material = kept(id, for: namespace) { return .here(material) }
            if let file = try made(id, for: namespace) { return .here(try material(file, at: path)) }
            throw .unknownMedia(path)
        }
        let source: Intake.Source
        do throws(IntakeError) {
            source = try intake.source(of: text.bytes)
        } catch {
            throw ServiceError(error, at: path)
        }
        switch consume source {
        case .file(let file): return .here(try material(file, at: path))
        case .address(let address): return .address(address)
        }
    }

    /// The picture that a source leads to.
    func material(
        _ source: Material.Source, at path: String, with client: Client
    ) throws(ServiceError) -> Material {
        switch source {
        case .here(let material): material
        case .address(let address): try material(try fetch(address, at: path, with: client), at: path)
        }
    }

    /// What a caller's file is.
    private func material(_ file: consuming ByteBuffer, at path: String) throws(ServiceError) -> Material {
        let probe: ImageProbe
        do throws(IntakeError) {
            probe = try intake.probe(file)
        } catch {
            throw ServiceError(error, at: path)
        }
        do throws(TaskError) {
            return Material(reference: try workshop.reference(file), probe: probe)
        } catch {
            throw ServiceError(error)
        }
    }

    /// The file at an address. Waits for the other side.
    private func fetch(
        _ address: String, at path: String, with client: Client
    ) throws(ServiceError) -> ByteBuffer {
        do throws(IntakeError) {
            return try intake.fetch(address, with: client)
        } catch {
            throw ServiceError(error, at: path)
        }
    }

    private func kept(_ id: TaskID, for namespace: Namespace) -> Material? {
        guard let found = media.use(id), found.namespace == namespace else { return nil }
        return Material(reference: found.reference, probe: found.probe)
    }

    /// The file of a picture that was made for this caller.
    private func made(_ id: TaskID, for namespace: Namespace) throws(ServiceError) -> ByteBuffer? {
        guard let task = workshop.task(id), task.record.namespace == namespace, let picture = workshop.picture(of: id)
        else { return nil }
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
    /// Why a text leads to no picture of a task, in the service's words.
    init(_ error: IntakeError, at path: String) {
        let forms = """
            The image must be specified in one of the following formats: a UUID v4 string of a previously uploaded or \
            generated image, a data URI string, a base64 encoded image, or a publicly accessible URL. Supported formats \
            are: PNG, JPG, and WEBP.
            """
        self.init(error, at: path, forms)
    }

    /// Why a text leads to no picture, and what would. What is this server's fault is not said to be the image's.
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
