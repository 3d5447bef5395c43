import HTTP
import JSON
public import Tasks

/// The response to a submission that became a task.
public struct Accepted: Sendable {
    public var id: TaskID
    public var next: Next
    public var cost: Double?
    public var inputMegapixels: Double?
    public var outputMegapixels: Double?

    /// How the client gets the result.
    public enum Next: Sendable {
        case poll(url: String)
        case webhook(url: String, status: TaskStatus)
    }

    public init(
        id: TaskID, next: Next, cost: Double? = nil, inputMegapixels: Double? = nil, outputMegapixels: Double? = nil
    ) {
        self.id = id
        self.next = next
        self.cost = cost
        self.inputMegapixels = inputMegapixels
        self.outputMegapixels = outputMegapixels
    }

    func response() -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.pair("id", "\(id)")
            switch next {
            case .poll(let url):
                writer.pair("polling_url", url)
            case .webhook(let url, let status):
                writer.pair("status", status.rawValue)
                writer.pair("webhook_url", url)
            }
            writer.price("cost", cost)
            writer.price("input_mp", inputMegapixels)
            writer.price("output_mp", outputMegapixels)
        }
        return .json(.ok, writer.finish())
    }
}

extension JSONWriter {
    fileprivate mutating func price(_ name: StaticString, _ value: Double?) {
        key(name)
        if let value { double(value) } else { null() }
    }
}
