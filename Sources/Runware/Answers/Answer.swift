import Bytes
import HTTP
import JSON
import Steering
import System
import Tasks

/// An answer to a caller about one task.
struct Answer: Sendable {
    var items: [Item] = []
    var errors: [ErrorObject] = []
    /// Whether the answer is a result, which a session must deliver, and not one that the client can query again.
    var isResult = false
    /// What rules and texts do to its delivery.
    var effects: Effects?

    /// One element of `data`.
    enum Item: Sendable {
        /// An object that is already serialized.
        case written(SharedBytes)
        case picture(PictureItem)
        case details(TaskDetails)
    }

    init() {}

    init(_ item: Item) { items = [item] }

    init(_ error: ErrorObject) { errors = [error] }

    init(_ errors: [ErrorObject]) { self.errors = errors }

    /// Creates an answer of one item, with the members that `body` writes.
    init(_ type: TaskType, _ taskUUID: String? = nil, _ body: (inout JSONWriter) -> Void = { _ in }) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.pair("taskType", type.rawValue)
            if let taskUUID { writer.pair("taskUUID", taskUUID) }
            body(&writer)
        }
        items = [.written(SharedBytes(writer.finish()))]
    }

    /// Creates the answer of an immediate task. If it was requested asynchronously, the item has a status, which
    /// clients expect.
    init(
        done type: TaskType, _ taskUUID: String, _ delivery: ImageInference.Delivery,
        _ body: (inout JSONWriter) -> Void
    ) {
        self.init(type, taskUUID) { writer in
            if delivery == .async { writer.pair("status", "success") }
            body(&writer)
        }
    }

    /// The approximate memory of the answer, pictures excluded.
    var weight: Int {
        var weight = 100 + 600 * errors.count
        for item in items {
            switch item {
            case .written(let object): weight += object.count + 100
            case .picture: weight += 400
            case .details(let details): weight += details.request.count + details.last.weight + 100
            }
        }
        return weight
    }

    mutating func append(_ other: Answer) {
        items += other.items
        errors += other.errors
        isResult = isResult || other.isResult
        effects = effects ?? other.effects
    }

    /// The serialized answer: an object with `data` and `errors`, each omitted if empty.
    func content() -> StoredContent {
        var writer = AnswerWriter()
        writer.answer(self)
        return writer.finish()
    }

    /// The serialized answer as a REST response body.
    func body() -> Response.Content {
        var writer = AnswerWriter()
        writer.answer(self)
        return writer.finishBody()
    }

    /// The serialized answer in one buffer.
    func text() throws(Errno) -> ByteBuffer { try content().whole() }

    /// The only item or error, without the enclosing object.
    func bareText() throws(Errno) -> ByteBuffer {
        var writer = AnswerWriter()
        if let item = items.first { writer.item(item) } else if let error = errors.first { writer.error(error) }
        return try writer.finish().whole()
    }
}

extension StoredContent {
    fileprivate func whole() throws(Errno) -> ByteBuffer {
        var whole = ByteBuffer(capacity: count)
        try append(0..<count, to: &whole)
        return whole
    }
}
