import Bytes
import HTTP

/// Why a picture is not delivered, as Azure's storage says it. The one table of such reasons.
enum StorageError: Error {
    /// No signature, or one of something else.
    case notSigned
    case expired(at: Int64, now: Int64)
    /// Signed, but the picture is gone.
    case gone
    case noSuchPath

    private var status: Status {
        switch self {
        case .notSigned, .expired: Status(403)
        case .gone, .noSuchPath: .notFound
        }
    }

    private var code: StaticString {
        switch self {
        case .notSigned, .expired: "AuthenticationFailed"
        case .gone: "BlobNotFound"
        case .noSuchPath: "ResourceNotFound"
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
        case .gone, .noSuchPath: break
        }
        body.append("</Error>" as StaticString)
        var response = Response(status, contentType: "application/xml", .bytes(body))
        response.add("x-ms-error-code", code.bytes)
        return response
    }

    private func detail(_ text: String) -> String {
        "<AuthenticationErrorDetail>\(text)</AuthenticationErrorDetail>"
    }
}
