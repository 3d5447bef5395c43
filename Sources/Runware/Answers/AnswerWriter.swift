import Bytes
import HTTP
import JSON
import Tasks

/// Writes answers. Pictures are not written but noted with their places.
struct AnswerWriter: ~Copyable {
    private var json = JSONWriter()
    private var insets: [AnswerText.Inset] = []

    /// Writes `data` and `errors`, where there are any, in an object.
    mutating func answer(_ answer: Answer) {
        json.beginObject()
        if !answer.items.isEmpty || answer.errors.isEmpty {
            json.key("data")
            json.beginArray()
            for index in answer.items.indices { item(answer.items[index]) }
            json.endArray()
        }
        if !answer.errors.isEmpty {
            json.key("errors")
            json.array { list in for error in answer.errors { list.error(error) } }
        }
        json.endObject()
    }

    mutating func item(_ item: Answer.Item) {
        switch item {
        case .written(let object): json.verbatim(object.bytes)
        case .picture(let picture): self.picture(picture)
        case .details(let details): self.details(details)
        }
    }

    mutating func error(_ error: ErrorObject) { json.error(error) }

    private mutating func picture(_ item: PictureItem) {
        json.beginObject()
        json.pair("taskType", TaskType.imageInference.rawValue)
        json.pair("taskUUID", item.work.taskUUID)
        if item.isPolled { json.pair("status", "success") }
        json.pair("imageUUID", "\(item.task.id)")
        switch item.work.outputType {
        case .url:
            json.pair("imageURL", MediaPath.address(of: item.task.id, item.task.record.format, base: item.work.base))
        case .base64Data: text(of: item.picture.file, "imageBase64Data", after: "")
        case .dataURI:
            text(of: item.picture.file, "imageDataURI", after: "data:\(item.task.record.format.mediaType);base64,")
        }
        json.pair("seed", Int(item.task.record.seed))
        if item.work.isChecked {
            json.key("NSFWContent")
            json.bool(false)
        }
        if item.work.tellsCost { json.pair("cost", Double(item.task.record.cost) / 1e6) }
        json.endObject()
    }

    /// A string that ends with a file's base64.
    private mutating func text(of file: StoredFile, _ key: StaticString, after prefix: String) {
        json.key(key)
        json.string(prefix)
        // Before the quote that has just been written.
        insets.append(AnswerText.Inset(file: file, place: json.buffer.count - 1))
    }

    private mutating func details(_ item: TaskDetails) {
        json.beginObject()
        json.pair("taskType", TaskType.getTaskDetails.rawValue)
        json.pair("taskUUID", item.taskUUID)
        if item.isAsync { json.pair("status", "success") }
        json.key("request")
        json.array { $0.verbatim(item.request.bytes) }
        json.key("response")
        answer(item.last)
        json.endObject()
    }

    /// What has been written.
    consuming func finish() -> StoredContent {
        let insets = insets
        let text = json.finish()
        return insets.isEmpty ? .bytes(SharedBytes(text)) : .made(AnswerText(text, insets))
    }

    /// The same as the body of an answer by REST, whose memory is counted.
    consuming func finishBody() -> Response.Content {
        let insets = insets
        let text = json.finish()
        if insets.isEmpty { return .bytes(text) }
        let content = AnswerText(text, insets)
        return .stored(.made(content), 0..<content.count)
    }
}
