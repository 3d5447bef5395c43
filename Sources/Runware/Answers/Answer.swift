import Bytes
import JSON
import Tasks

/// What is said to a caller about one task at one time.
struct Answer: Sendable {
    var items: [Item] = []
    var errors: [ErrorObject] = []
    /// Whether it tells what a task came to, and not only something that can be asked again.
    var isResult = false

    /// One element of `data`.
    enum Item: Sendable {
        /// An object that is written already.
        case written(SharedBytes)
        case picture(PictureItem)
    }

    init() {}

    init(_ item: Item) { items = [item] }

    init(_ error: ErrorObject) { errors = [error] }

    init(_ errors: [ErrorObject]) { self.errors = errors }

    /// An item of an object that `body` fills.
    init(_ type: TaskType, _ taskUUID: String? = nil, _ body: (inout JSONWriter) -> Void = { _ in }) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.pair("taskType", type.rawValue)
            if let taskUUID { writer.pair("taskUUID", taskUUID) }
            body(&writer)
        }
        items = [.written(SharedBytes(writer.finish()))]
    }

    /// The item of a task that is done at once. A client that asked for it asynchronously looks for a status in it.
    init(
        done type: TaskType, _ taskUUID: String, _ delivery: ImageInference.Delivery,
        _ body: (inout JSONWriter) -> Void
    ) {
        self.init(type, taskUUID) { writer in
            if delivery == .async { writer.pair("status", "success") }
            body(&writer)
        }
    }

    mutating func append(_ other: Answer) {
        items += other.items
        errors += other.errors
        isResult = isResult || other.isResult
    }

    /// Its text: `data` and `errors`, where there are any.
    func text() -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { $0.answer(self) }
        return writer.finish()
    }
}

extension JSONWriter {
    /// Writes the members of an answer, in an object that is open.
    mutating func answer(_ answer: Answer) {
        if !answer.items.isEmpty || answer.errors.isEmpty {
            key("data")
            array { list in for item in answer.items { list.item(item) } }
        }
        if !answer.errors.isEmpty {
            key("errors")
            array { list in for error in answer.errors { list.error(error) } }
        }
    }

    mutating func item(_ item: Answer.Item) {
        switch item {
        case .written(let object): verbatim(object.bytes)
        case .picture(let picture): self.picture(picture)
        }
    }
}
