import Bytes
import HTTP

/// The reasons why a picture is not delivered, with Azure Storage's responses. All of them are defined here.
enum StorageError: Error {
    /// The signature is missing or does not match.
    case notSigned
    case expired(at: Int, now: Int)
    /// The signature is valid, but the picture was removed.
    case gone
    case noSuchPath
    /// The method is not one of those in `allow`.
    case badMethod(allow: String)

    private var status: Status {
        switch self {
        case .notSigned, .expired: Status(403)
        case .gone, .noSuchPath: .notFound
        case .badMethod: .methodNotAllowed
        }
    }

    var code: StaticString {
        switch self {
        case .notSigned, .expired: "AuthenticationFailed"
        case .gone: "BlobNotFound"
        case .noSuchPath: "ResourceNotFound"
        case .badMethod: "UnsupportedHttpVerb"
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
        case .gone, .noSuchPath, .badMethod: break
        }
        body.append("</Error>" as StaticString)
        var response = Response(status, contentType: "application/xml", .bytes(body))
        response.add("x-ms-error-code", code.bytes)
        if case .badMethod(let allow) = self { response.add("allow", allow) }
        return response
    }

    private func detail(_ text: String) -> String {
        "<AuthenticationErrorDetail>\(text)</AuthenticationErrorDetail>"
    }
}
