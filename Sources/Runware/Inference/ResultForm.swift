import Bytes
import Tasks

/// The form of a task's results, stored in the task's records.
struct ResultForm: Sendable, Hashable {
    /// The taskUUID as the caller wrote it.
    var taskUUID: String
    var outputType: ImageInference.OutputType
    var tellsCost: Bool
    var isChecked: Bool
    /// Whether the check found something.
    var isFlagged = false
    /// The base URL for the caller's links.
    var base: String

    init(_ wish: ImageInference, base: String) {
        (taskUUID, outputType, self.base) = (wish.taskUUID, wish.outputType, base)
        (tellsCost, isChecked) = (wish.includeCost, wish.isChecked)
    }
}

/// The content of a record's note.
enum TaskNote: Sendable, Hashable {
    case result(ResultForm)
    /// The webhook's body for a task that failed after it was acknowledged.
    case failure(taskUUID: String, message: String)

    init(of record: TaskRecord) {
        guard let note = record.note else { preconditionFailure("a task has no note") }
        do throws(ArchiveError) {
            self = try TaskNote(reading: note)
        } catch {
            // Only this service writes notes of its tasks.
            preconditionFailure("a note cannot be read")
        }
    }

    init(reading note: SharedBytes) throws(ArchiveError) {
        var reader = ArchiveReader(note)
        let uuid = try reader.text()
        if try reader.flag() {
            self = .failure(taskUUID: uuid, message: try reader.text())
            return
        }
        guard let type = ImageInference.OutputType(rawValue: try reader.text()) else { throw reader.error }
        self = .result(
            ResultForm(
                taskUUID: uuid, outputType: type, tellsCost: try reader.flag(), isChecked: try reader.flag(),
                isFlagged: try reader.flag(), base: try reader.text()))
    }

    func archived() -> SharedBytes {
        var writer = ArchiveWriter()
        switch self {
        case .failure(let uuid, let message):
            writer.write(uuid)
            writer.write(true)
            writer.write(message)
        case .result(let form):
            writer.write(form.taskUUID)
            writer.write(false)
            writer.write(form.outputType.rawValue)
            writer.write(form.tellsCost)
            writer.write(form.isChecked)
            writer.write(form.isFlagged)
            writer.write(form.base)
        }
        return SharedBytes(writer.finish())
    }
}

extension ResultForm {
    fileprivate init(
        taskUUID: String, outputType: ImageInference.OutputType, tellsCost: Bool, isChecked: Bool,
        isFlagged: Bool, base: String
    ) {
        (self.taskUUID, self.outputType, self.base) = (taskUUID, outputType, base)
        (self.tellsCost, self.isChecked, self.isFlagged) = (tellsCost, isChecked, isFlagged)
    }
}
