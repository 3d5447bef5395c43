public import Bytes
import Net
public import System

// Answering without a socket: what tests of handlers need, and nothing that the server itself uses.

extension Router {
    /// What a connection would send for the bytes of one request, without any connection; nothing if it is not whole.
    ///
    /// A handler that answers later is waited for. A route that becomes a WebSocket gives its refusal, or an empty 101.
    public func answer(_ bytes: Span<UInt8>, limits: Limits = Limits()) throws(Errno) -> ByteBuffer {
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
            return try answer(Request(head: head, storage: storage, base: 0), bytes.extracting(length...), limits)
        }
    }

    /// The answer to a request whose head is followed by `rest`.
    private func answer(
        _ request: consuming Request, _ rest: Span<UInt8>, _ limits: Limits
    ) throws(Errno) -> ByteBuffer {
        var request = request
        let (isHead, keepsAlive) = (request.method == .head, request.head.keepsAlive)
        let isOld = request.head.minorVersion == 0
        let response: Response
        switch match(&request) {
        case .miss(let miss):
            response = answerMiss(request, miss)
        case .route(let index):
            let route = route(index)
            if route.wantsBody {
                do throws(Refusal) {
                    let limit = min(route.bodyLimit ?? .max, limits.body)
                    guard let body = try request.head.body(in: rest, limit, limits) else { return ByteBuffer() }
                    request.body = Body(body)
                } catch {
                    return try rendered(error.response(for: route))
                }
            }
            response = try run(route.handler, request)
        }
        return try rendered(response, isHead: isHead, keepsAlive: keepsAlive, isOld: isOld)
    }

    private func run(_ handler: Route.Handler, _ request: consuming Request) throws(Errno) -> Response {
        switch handler {
        case .now(let answer):
            return answer(request)
        case .webSocket(let accept, let otherwise):
            if let otherwise, !request.head.asksUpgrade { return otherwise(request) }
            if case .refuse(let response) = accept(request) { return response }
            return Response(.switchingProtocols)
        case .later(let answer):
            // The answer comes over a loop's inbox, as it does on a server.
            let loop = try EventLoop()
            let arrived = Locked<TransferBox<Response>?>(nil)
            answer(
                request,
                Responder { response in
                    let box = TransferBox(response)
                    arrived.withLock { $0 = box }
                    loop.stop()
                })
            loop.run()
            guard let box = arrived.withLock({ $0 }) else { return Response(.internalError) }
            return box.take()
        }
    }

    /// The bytes of a response: its head, and its body unless the request was a HEAD.
    private func rendered(
        _ response: consuming Response, isHead: Bool = false, keepsAlive: Bool = true, isOld: Bool = false
    ) throws(Errno) -> ByteBuffer {
        var output = ByteBuffer()
        var date = HTTPDate(clock: { SystemClock.realtimeNanoseconds })
        date.refresh(0)
        let closing = response.closesConnection || !keepsAlive
        ResponseWriter.append(
            response, date: date, closing: closing, persisting: !closing && isOld, requestID: nil, to: &output)
        if isHead || response.status.isBodiless { return output }
        switch consume response.body {
        case .none: break
        case .bytes(let buffer): output.append(buffer.bytes)
        case .stored(let content, let range): try content.append(range, to: &output)
        }
        return output
    }
}

extension RequestHead {
    /// The body that this head announces, out of the bytes behind it; nothing if it is not whole.
    fileprivate func body(in rest: Span<UInt8>, _ limit: Int, _ limits: Limits) throws(Refusal) -> ByteBuffer? {
        guard isChunked else {
            let length = contentLength ?? 0
            if length > limit { throw .bodyTooLarge }
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
