import Bytes
import HTTP
import JSON

extension Service {
    /// Answers a submit: a plain function from request to answer, for whatever thread has time for it.
    func submit(_ request: consuming Request) -> Response {
        do throws(ServiceError) {
            let isJSON = request.hasJSONBody
            var body = request.takeBody()
            let payload = try Payload(body.takeBuffer(), isJSON: isJSON)
            let caller = try caller(request)
            let outpaint = try OutpaintRequest(payload.value(), errorLimit: settings.errorLimit)
            return try accept(outpaint, caller).response()
        } catch {
            return error.response()
        }
    }

    /// Who sent a request, by the first of its keys.
    func caller(_ request: borrowing Request) throws(ServiceError) -> Caller {
        guard let sent = request.field(Contract.keyField), sent.count > 0 else { throw .notAuthenticated }
        let key = APIKey(sent)
        guard settings.keys.isEmpty || settings.keys.contains(where: key.matches) else { throw .wrongKey }
        return Caller(key: key, base: base(request))
    }

    /// What stands before paths in addresses for the sender of a request.
    func base(_ request: borrowing Request) -> String {
        settings.publicURL ?? request.origin(trustingForwarded: settings.trustsForwarded)
    }
}
