import Bytes
import HTTP
import JSON
import Tasks

extension Service {
    /// Answers for a result.
    func result(_ request: borrowing Request) -> Response {
        do throws(ServiceError) {
            let sent = request.field(Contract.keyField)
            if settings.resultNeedsKey { _ = try caller(request) }
            guard let id = Self.lastValue(of: "id", in: request.query) else {
                throw .invalid([Detail(.mismatch(.missing), .query("id"), .null)])
            }
            let now = workshop.clock.now
            let rate = if let sent { rates.count(sent, at: now) } else { rates.count(Span(), at: now) }
            // Nearly all write it plainly; a UUID's characters stand for themselves.
            let plain = request.query.extracting(id)
            if let id = TaskID(plain) { return result(id, plain, request, rate) }
            let decoded = plain.percentDecoded(plusIsSpace: true)
            return result(TaskID(decoded.bytes), decoded.bytes, request, rate)
        } catch {
            return error.response(settings)
        }
    }

    private func result(
        _ id: TaskID?, _ sent: Span<UInt8>, _ request: borrowing Request, _ rate: RateWindow.State
    ) -> Response {
        let task = id.flatMap(task)
        var writer = JSONWriter(appendingTo: ByteBuffer(capacity: 640))
        if let task {
            writer.result(task, link: link(to: task, base: base(request)), tellsProgress: settings.tellsProgress)
        } else {
            writer.missingResult(sent)
        }
        let isMissing = task == nil && settings.missingIsNotFound
        var response = Response.json(isMissing ? .notFound : .ok, writer.finish())
        rate.add(to: &response)
        return response
    }

    /// Answers for a balance.
    func credits(_ request: borrowing Request) -> Response {
        do throws(ServiceError) {
            let balance = workshop.balance(of: try caller(request).namespace)
            var writer = JSONWriter()
            writer.object { $0.pair("credits", Double(balance) / 1e6) }
            return .json(.ok, writer.finish())
        } catch {
            return error.response(settings)
        }
    }

    /// Where the last value stands that a query gives a name; names are decoded before they are compared.
    private static func lastValue(of name: StaticString, in query: Span<UInt8>) -> Range<Int>? {
        var items = FormItems(query)
        var last: Range<Int>?
        while let item = items.next() {
            if query.extracting(item.name).isName(name) { last = item.value }
        }
        return last
    }
}
