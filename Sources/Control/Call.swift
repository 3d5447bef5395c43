import Bytes
import HTTP
import JSON
import Steering
import Tasks
import Time

/// A call of the control plane: the key it is limited to, and its body.
struct Call: Sendable {
    /// The key, and its name as the caller wrote it.
    let key: KeyID?
    let keyName: String?
    let body: SharedBytes
    /// The path's parameter.
    let parameter: String

    init(_ request: consuming Request) throws(Problem) {
        var (key, name) = (KeyID?.none, String?.none)
        var items = FormItems(request.query)
        while let item = items.next() {
            guard request.query.extracting(item.name).isName("key") else {
                throw Problem(
                    .badRequest,
                    "Expected no other parameter than 'key', found '\(request.query.extracting(item.name).text)'.")
            }
            let sent = request.query.extracting(item.value).percentDecoded(plusIsSpace: true)
            guard sent.count > 0, sent.count <= 1000 else {
                throw Problem(.badRequest, "Expected an API key as 'key'.")
            }
            (key, name) = (KeyID(sent.bytes), sent.bytes.keyName.text)
        }
        (self.key, keyName) = (key, name)
        parameter = request.parameter(0).text
        var body = request.takeBody()
        self.body = body.takeShared()
    }

    /// The body as JSON.
    func json() throws(Problem) -> JSONValue {
        guard body.count > 0 else { throw Problem(.badRequest, "Expected a body of JSON.") }
        do throws(JSONError) {
            return try JSONDocument(parsing: body, maximumDepth: 64, maximumValues: 200_000).root
        } catch {
            guard case .syntax(let what, let place) = error else {
                throw Problem(.badRequest, "Expected a body of JSON with at most 200,000 values.")
            }
            throw Problem(
                .badRequest, "Expected JSON: \(what.message).", at: "", TextPosition(ofCodePoint: place, in: body.bytes)
            )
        }
    }

    /// The members of an object of which exactly these names are known.
    func object(_ names: [String]) throws(Problem) -> JSONValue {
        let value = try json()
        guard value.kind == .object else {
            throw Problem(Status(422), "Expected an object with \(names.joined(separator: ", ")).", at: "")
        }
        for member in value.members {
            let name = member.key.bytes.text
            if names.contains(name) { continue }
            let hint = nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw Problem(
                Status(422), "Expected one of \(names.joined(separator: ", ")), found '\(name.prefix(60))'\(hint)",
                at: "/\(name.prefix(60))", member.key.position)
        }
        return value
    }
}
