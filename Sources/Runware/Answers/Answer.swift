import Bytes
import HTTP
import JSON
import System
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
        case details(TaskDetails)
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

    /// About the memory that it takes. Pictures are elsewhere.
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
    }

    /// What is sent of it: `data` and `errors`, where there are any.
    func content() -> StoredContent {
        var writer = AnswerWriter()
        writer.answer(self)
        return writer.finish()
    }

    /// The same by REST.
    func body() -> Response.Content {
        var writer = AnswerWriter()
        writer.answer(self)
        return writer.finishBody()
    }

    /// The same as a whole.
    func text() throws(Errno) -> ByteBuffer { try content().whole() }

    /// The one item or error that it is, with nothing around it.
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
