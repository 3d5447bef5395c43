import Bytes
import HTTP
import JSON
import Steering
import System
import Tasks
import Time

extension Service {
    /// Answers polls, immediately or when the awaited picture is ready. Runs on a pool thread if the store may block.
    var poll: Route.Handler {
        if tasks.mayWait {
            return .later { [self] request, responder in
                let box = TransferBox(request)
                threads.run { [self] in
                    switch answer(box.take()) {
                    case .now(let response): responder.respond(response)
                    case .later(let start): start(responder)
                    }
                }
            }
        }
        return .nowOrLater { [self] request in answer(request) }
    }

    private func answer(_ request: borrowing Request) -> Route.Outcome {
        do throws(ServiceError) {
            return try result(request)
        } catch {
            request.note { $0.error = error.summary }
            return .now(error.response(settings))
        }
    }

    private func result(_ request: borrowing Request) throws(ServiceError) -> Route.Outcome {
        let sent = request.field(Contract.keyField)
        if settings.resultNeedsKey {
            _ = try caller(request)
        } else if let sent {
            request.note { $0.key = KeyID(sent).value }
        }
        guard let parameter = Self.lastValue(of: "id", in: request.query) else {
            throw .invalid([Detail(.mismatch(.missing), .query("id"), .null)])
        }
        let rate =
            if let sent { rates.count(sent.keyName, at: now(of: sent)) } else {
                rates.count(Span(), at: tasks.clock.now())
            }
        // Fast path: most clients send the ID without percent-encoding.
        let plain = request.query.extracting(parameter)
        if let id = TaskID(plain) {
            try steer(.poll, request, about: id)
            return try result(id, plain, request, rate)
        }
        let decoded = plain.percentDecoded(plusIsSpace: true)
        let id = TaskID(decoded.bytes)
        try steer(.poll, request, about: id)
        return try result(id, decoded.bytes, request, rate)
    }

    /// The current time for a key as it was sent.
    private func now(of key: Span<UInt8>) -> Instant {
        tasks.clock.isShared ? tasks.clock.now() : tasks.clock.now(for: KeyID(key))
    }

    private func result(
        _ id: TaskID?, _ sent: Span<UInt8>, _ request: borrowing Request, _ rate: RateWindow.State
    ) throws(ServiceError) -> Route.Outcome {
        guard let id else { return .now(missing(sent, rate, request.notes)) }
        request.note { $0.task = .id(id.number) }
        let view: TaskView?
        do throws(TaskError) {
            view = try tasks.poll(id, of: Service.name)
        } catch {
            throw ServiceError(error)
        }
        guard let view, view.state != .lost else { return .now(missing(sent, rate, request.notes)) }
        guard view.state == .awaitingPicture else { return .now(found(view, base(request), rate)) }
        let (name, base) = (SharedBytes(ByteBuffer(sent)), base(request))
        return .later { [self] responder in
            tasks.awaitPoll(id, of: Service.name) { [self] result in
                switch result {
                case .success(let view?) where view.state != .lost: responder.respond(found(view, base, rate))
                case .success: responder.respond(missing(name.bytes, rate, responder.notes))
                case .failure(let error): refuse(ServiceError(error), responder)
                }
            }
        }
    }

    private func found(_ view: TaskView, _ base: @autoclosure () -> String, _ rate: RateWindow.State) -> Response {
        if case .answer(let status, let retryAfter) = view.state {
            return ServiceError.scripted(ScriptedAnswer(status: status, retryAfter: retryAfter)).response(settings)
        }
        var writer = JSONWriter(appendingTo: ByteBuffer(capacity: 640))
        writer.result(view, link: link(to: view.record, base: base()))
        var response = Response.json(.ok, writer.finish())
        rate.add(to: &response)
        response.date = tasks.clock.ownTime(of: view.record.namespace.key)
        return response
    }

    private func missing(_ sent: Span<UInt8>, _ rate: RateWindow.State, _ notes: ExchangeNotes?) -> Response {
        notes?.note { $0.error = "Task not found" }
        var writer = JSONWriter()
        writer.missingResult(sent)
        var response = Response.json(settings.missingIsNotFound ? .notFound : .ok, writer.finish())
        rate.add(to: &response)
        return response
    }

    /// Answers requests for the credit balance.
    func credits(_ request: borrowing Request) -> Response {
        do throws(ServiceError) {
            let namespace = try caller(request).namespace
            try steer(.credits, request)
            var writer = JSONWriter()
            writer.object { $0.pair("credits", Double(tasks.balance(of: namespace)) / 1e6) }
            var response = Response.json(.ok, writer.finish())
            response.date = tasks.clock.ownTime(of: namespace.key)
            return response
        } catch {
            request.note { $0.error = error.summary }
            return error.response(settings)
        }
    }

    /// The range of the last value of a parameter in a query; names are decoded before they are compared.
    private static func lastValue(of name: StaticString, in query: Span<UInt8>) -> Range<Int>? {
        var items = FormItems(query)
        var last: Range<Int>?
        while let item = items.next() {
            if query.extracting(item.name).isName(name) { last = item.value }
        }
        return last
    }
}
