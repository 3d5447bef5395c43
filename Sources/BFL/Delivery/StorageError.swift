import Bytes
import HTTP
import Steering

/// The reasons why a picture is not delivered, with Azure Storage's responses. All of them are defined here.
enum StorageError: Error {
    /// The signature is missing or does not match.
    case notSigned
    case expired(at: Int, now: Int)
    /// The signature is valid, but the picture was removed.
    case gone
    case noSuchPath
    /// An answer that a rule gives in place of the storage.
    case scripted(ScriptedAnswer)
    /// The method is not one of those in `allow`.
    case badMethod(allow: String)

    private var status: Status {
        switch self {
        case .notSigned, .expired: Status(403)
        case .gone, .noSuchPath: .notFound
        case .badMethod: .methodNotAllowed
        case .scripted(let answer): Status(answer.status)
        }
    }

    var code: StaticString {
        switch self {
        case .notSigned, .expired: "AuthenticationFailed"
        case .gone: "BlobNotFound"
        case .noSuchPath: "ResourceNotFound"
        case .badMethod: "UnsupportedHttpVerb"
        case .scripted(let answer): StorageError.words(for: answer.status).code
        }
    }

    private var message: StaticString {
        switch self {
        case .notSigned, .expired:
            """
            Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly \
            including the signature.
            """
        case .gone: "The specified blob does not exist."
        case .noSuchPath: "The specified resource does not exist."
        case .badMethod: "The resource doesn't support specified Http Verb."
        case .scripted(let answer): StorageError.words(for: answer.status).message
        }
    }

    func response() -> Response {
        var body = ByteBuffer(#"<?xml version="1.0" encoding="utf-8"?><Error><Code>"#)
        body.append(code)
        body.append("</Code><Message>" as StaticString)
        body.append(message)
        body.append("</Message>" as StaticString)
        switch self {
        case .notSigned:
            body.append(detail("Signature did not match."))
        case .expired(let end, let now):
            let frame = "Expiry [\(LinkTime.text(end))] - Current [\(LinkTime.text(now))]"
            body.append(detail("Signature not valid in the specified time frame: \(frame)"))
        case .gone, .noSuchPath, .badMethod, .scripted: break
        }
        body.append("</Error>" as StaticString)
        if case .scripted(let answer) = self, let own = answer.body { body = ByteBuffer(own) }
        var response = Response(status, contentType: "application/xml", .bytes(body))
        response.add("x-ms-error-code", code.bytes)
        if case .scripted(let answer) = self {
            for field in answer.fields { response.add(field) }
            if let seconds = answer.retryAfter { response.add("retry-after", decimal: seconds) }
        }
        if case .badMethod(let allow) = self { response.add("allow", allow) }
        return response
    }

    /// What the storage says with a status.
    private static func words(for status: Int) -> (code: StaticString, message: StaticString) {
        switch status {
        case 403: (StorageError.notSigned.code, StorageError.notSigned.message)
        case 404: (StorageError.gone.code, StorageError.gone.message)
        case 429, 503: ("ServerBusy", "The server is currently unable to receive requests. Please retry your request.")
        default: ("InternalError", "The server encountered an internal error. Please retry the request.")
        }
    }

    private func detail(_ text: String) -> String {
        "<AuthenticationErrorDetail>\(text)</AuthenticationErrorDetail>"
    }
}
