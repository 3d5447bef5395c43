public import Bytes
public import HTTP
import Net
public import System
import Time

// Answers requests without a socket, by the same dispatcher that connections use.

extension Router {
    /// What a connection would send for the bytes of one request; nothing if it is not whole.
    public func answer(
        _ bytes: Span<UInt8>, limits: Limits = Limits(), layers: [any Layer] = []
    ) throws(Errno) -> ByteBuffer {
        try Hosts(self).answer(bytes, limits: limits, layers: layers)
    }
}

extension Hosts {
    /// What a connection would send for the bytes of one request; nothing if it is not whole.
    ///
    /// A handler that answers later is waited for. A request that becomes a WebSocket gets its 101 and nothing more.
    public func answer(
        _ bytes: Span<UInt8>, limits: Limits = Limits(), layers: [any Layer] = []
    ) throws(Errno) -> ByteBuffer {
        var parser = RequestParser()
        switch parser.parse(bytes, limits: limits) {
        case .needMore:
            return ByteBuffer()
        case .malformed(let refusal):
            return try rendered(refusal.response)
        case .complete(let length):
            var head = RequestHead()
            swap(&head, &parser.head)
            let storage = ByteBuffer(bytes.extracting(..<length))
            let request = Request(head: head, storage: storage, base: 0)
            let dispatcher = Dispatcher(self, limits, layers: layers, amends: true)
            return try answer(request, bytes.extracting(length...), dispatcher, limits)
        }
    }

    /// The answer to a request whose head is followed by `rest`.
    private func answer(
        _ request: consuming Request, _ rest: Span<UInt8>, _ dispatcher: Dispatcher, _ limits: Limits
    ) throws(Errno) -> ByteBuffer {
        var request = request
        let (isHead, keepsAlive, isOld) = (
            request.method == .head, request.head.keepsAlive, request.head.minorVersion == 0
        )
        let admission = dispatcher.admit(&request)
        var open: OpenExchange? = dispatcher.begin(request)
        var response: Response
        switch admission {
        case .refuse(let refusal):
            response = dispatcher.answer(refusal, to: request)
        case .readBody(let limit):
            do throws(Refusal) {
                guard let body = try request.head.body(in: rest, limit, limits) else { return ByteBuffer() }
                request.body = Body(body)
            } catch {
                return try rendered(dispatcher.answer(error, to: request))
            }
            response = try answer(&request, &open, dispatcher)
        case .run:
            response = try answer(&request, &open, dispatcher)
        }
        if let open { dispatcher.complete(open, &response) }
        let status = response.status.code
        let answer = try rendered(response, isHead: isHead, keepsAlive: keepsAlive, isOld: isOld)
        if let open {
            open.exchange.status = status
            open.exchange.bytesOut = answer.count
            dispatcher.finish(open)
        }
        return answer
    }

    private func answer(
        _ request: inout Request, _ open: inout OpenExchange?, _ dispatcher: Dispatcher
    ) throws(Errno) -> Response {
        switch dispatcher.dispatch(&request, &open, scratch: nil) {
        case .answer(let response):
            return response
        case .webSocket(_, let response):
            return response
        case .handOver(let handler):
            let (request, notes) = (TransferBox(request.owned()), request.notes)
            return try late(notes) { handler(request.take(), $0) }
        case .later(let start):
            return try late(request.notes, start)
        }
    }

    /// The answer that a responder is given. It comes over a loop's inbox, as it does on a server.
    private func late(_ notes: ExchangeNotes?, _ start: (Responder) -> Void) throws(Errno) -> Response {
        let loop = try EventLoop()
        let arrived = Locked<TransferBox<Response>?>(nil)
        start(
            Responder(notes: notes) { response in
                let box = TransferBox(response)
                arrived.withLock { $0 = box }
                loop.stop()
            })
        loop.run()
        guard let box = arrived.withLock({ $0 }) else { return Response(.internalError) }
        return box.take()
    }

    /// The bytes of a response: its head, and its body unless the request was a HEAD.
    private func rendered(
        _ response: borrowing Response, isHead: Bool = false, keepsAlive: Bool = true, isOld: Bool = false
    ) throws(Errno) -> ByteBuffer {
        var output = ByteBuffer()
        var date = HTTPDate(clock: Clock())
        date.refresh(.now)
        let closing = response.closesConnection || !keepsAlive
        ResponseWriter.append(
            response, date: date, closing: closing, persisting: !closing && isOld, requestID: nil, to: &output)
        if isHead || response.status.code < 200 || [204, 304].contains(response.status.code) { return output }
        switch response.body {
        case .none: break
        case .bytes(let buffer): output.append(buffer.bytes)
        case .stored(let content, let range): try content.append(range, to: &output)
        }
        return output
    }
}

extension RequestHead {
    /// The body that this head announces, out of the bytes behind it; nothing if it is not whole.
    fileprivate borrowing func body(
        in rest: Span<UInt8>, _ limit: Int, _ limits: Limits
    ) throws(Refusal) -> ByteBuffer? {
        guard isChunked else {
            let length = contentLength ?? 0
            return length <= rest.count ? ByteBuffer(rest.extracting(..<length)) : nil
        }
        var body = ByteBuffer()
        var decoder = ChunkedDecoder(trailerLimit: limits.fieldBytes)
        var at = 0
        while true {
            switch decoder.next(rest, from: at) {
            case .body(let range):
                body.append(rest.extracting(range))
                if body.count > limit { throw .bodyTooLarge }
                at = range.upperBound
            case .needMore: return nil
            case .end: return body
            case .malformed(let refusal): throw refusal
            }
        }
    }
}
