import Bytes
import Tasks

/// Data of the service that a task's record keeps.
struct TaskNote: ~Copyable {
    /// The beginning of the prompt, which the result repeats.
    var prompt = ByteBuffer()
    /// The base URL of the caller who submitted the task; empty unless a webhook is sent when it ends.
    var base = ""
}

extension TaskNote {
    init(of record: TaskRecord) {
        guard let note = record.note else { return }
        var reader = ArchiveReader(note)
        do throws(ArchiveError) {
            prompt = try reader.run()
            base = try reader.text()
        } catch {
            // Only this service writes notes of its tasks.
            preconditionFailure("a note cannot be read")
        }
    }

    /// The note as a record keeps it; `nil` if it is empty.
    consuming func archived() -> SharedBytes? {
        if prompt.isEmpty, base.isEmpty { return nil }
        var writer = ArchiveWriter()
        writer.write(prompt.bytes)
        writer.write(base)
        return SharedBytes(writer.finish())
    }
}
