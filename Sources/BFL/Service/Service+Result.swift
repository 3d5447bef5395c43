import Bytes
import HTTP

extension Service {
    /// Answers for a result.
    func result(_ request: borrowing Request) -> Response {
        do throws(ServiceError) {
            var key: APIKey?
            if settings.resultNeedsKey {
                key = try caller(request).key
            } else if let sent = request.field(Contract.keyField), sent.count > 0 {
                key = APIKey(sent)
            }
            guard let id = Self.lastValue(of: "id", in: request.query) else {
                throw .invalid([Detail(.mismatch(.missing), .query("id"), .null)])
            }
            return result(id, request, key)
        } catch {
            return error.response()
        }
    }

    /// Answers for a balance.
    func credits(_ request: borrowing Request) -> Response {
        do throws(ServiceError) {
            return try credits(caller(request))
        } catch {
            return error.response()
        }
    }

    /// The last value that a query gives a name, decoded; names are decoded too before they are compared.
    private static func lastValue(of name: StaticString, in query: Span<UInt8>) -> String? {
        var items = FormItems(query)
        var last: String?
        while let item = items.next() {
            let found = query.extracting(item.name).percentDecoded(plusIsSpace: true)
            guard found.bytes.equals(name) else { continue }
            last = query.extracting(item.value).percentDecoded(plusIsSpace: true).bytes.text
        }
        return last
    }
}
