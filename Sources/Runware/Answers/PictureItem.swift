import Bytes
import Imaging
import JSON
import Net
import Tasks

/// A finished picture of a task, to be told to its caller.
struct PictureItem: Sendable {
    let work: Work
    let task: Snapshot
    let picture: Picture
    /// Whether it was asked for by a poll, which is told a status too.
    let isPolled: Bool
}

extension JSONWriter {
    /// Writes a picture and what is known of it. Its bytes go from where they are kept straight into the text.
    mutating func picture(_ item: PictureItem) {
        beginObject()
        pair("taskType", TaskType.imageInference.rawValue)
        pair("taskUUID", item.work.taskUUID)
        if item.isPolled { pair("status", "success") }
        pair("imageUUID", "\(item.task.id)")
        switch item.work.outputType {
        case .url:
            pair("imageURL", MediaPath.address(of: item.task.id, item.task.record.format, base: item.work.base))
        case .base64Data:
            key("imageBase64Data")
            base64(of: item.picture.file)
        case .dataURI:
            key("imageDataURI")
            base64(of: item.picture.file, after: item.task.record.format.dataPrefix)
        }
        pair("seed", Int(item.task.record.seed))
        if item.work.isChecked {
            key("NSFWContent")
            bool(false)
        }
        if item.work.tellsCost { pair("cost", Double(item.task.record.cost) / 1e6) }
        endObject()
    }

    private mutating func base64(of file: StoredFile, after prefix: StaticString = "") {
        beginBase64(after: prefix, of: file.count)
        do throws(Errno) {
            // A multiple of three, so that the parts' texts stand behind one another as the whole's would.
            try file.forEachPart(of: 3 << 15) { base64Part($0) }
        } catch {
            // The disk failed in the middle. What is there is an image that ends too early, which its reader will notice.
        }
        endBase64()
    }
}

extension ImageFormat {
    fileprivate var dataPrefix: StaticString {
        switch self {
        case .png: "data:image/png;base64,"
        case .jpeg: "data:image/jpeg;base64,"
        case .webp: "data:image/webp;base64,"
        }
    }
}
