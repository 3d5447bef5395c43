import Bytes
import HTTP
import JSON
import Tasks

/// Serializes answers. Pictures are not written; their offsets are recorded.
struct AnswerWriter: ~Copyable {
    private var json = JSONWriter()
    private var insets: [AnswerText.Inset] = []

    /// Writes an object with `data` and `errors`, each omitted if empty.
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
        json.pair("taskUUID", item.form.taskUUID)
        if item.isPolled { json.pair("status", "success") }
        json.pair("imageUUID", "\(item.task.id)")
        switch item.form.outputType {
        case .url:
            json.pair("imageURL", MediaPath.address(of: item.task.id, item.task.record.format, base: item.form.base))
        case .base64Data: text(of: item.picture.file, "imageBase64Data", after: "")
        case .dataURI:
            text(of: item.picture.file, "imageDataURI", after: "data:\(item.task.record.format.mediaType);base64,")
        }
        json.pair("seed", Int(item.task.record.seed))
        if item.form.isChecked {
            json.key("NSFWContent")
            json.bool(item.form.isFlagged)
        }
        if item.form.tellsCost { json.pair("cost", Double(item.task.record.cost) / 1e6) }
        json.endObject()
    }

    /// Writes a string that ends with a file's base64.
    private mutating func text(of file: Blob, _ key: StaticString, after prefix: String) {
        json.key(key)
        json.string(prefix)
        // The offset before the closing quote.
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

    /// The serialized text.
    consuming func finish() -> StoredContent {
        let insets = insets
        let text = json.finish()
        return insets.isEmpty ? .bytes(SharedBytes(text)) : .made(AnswerText(text, insets))
    }

    /// The serialized text as a REST response body, whose memory the server counts.
    consuming func finishBody() -> Response.Content {
        let insets = insets
        let text = json.finish()
        if insets.isEmpty { return .bytes(text) }
        let content = AnswerText(text, insets)
        return .stored(.made(content), 0..<content.count)
    }
}
