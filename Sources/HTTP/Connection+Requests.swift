import Bytes
import Synchronization

// From a whole head to an answer: routing, the body if one is wanted, the handler.

extension Connection {
    /// Handles the head that stands in `buffer` at `start`; says how many bytes are used up with it.
    func takeHead(
        _ buffer: inout ByteBuffer, _ parser: inout RequestParser, at start: Int, length: Int
    ) -> Int {
        let server = loop.server
        // The request borrows the buffer: it moves in here and out again below.
        var head = RequestHead()
        swap(&head, &parser.head)
        var storage = ByteBuffer()
        swap(&storage, &buffer)
        var request = Request(head: head, storage: storage, base: start)
        request.arrival = current.arrival
        request.number = loop.nextRequestNumber()
        if request.authority.isEmpty { request.reached = reachedAddress() }
        current.isHead = request.method == .head
        current.keepsAlive = request.head.keepsAlive && !server.isStopping.load(ordering: .relaxed)
        current.minorVersion = request.head.minorVersion
        current.number = request.number
        if server.isObserved { current.exchange = Exchange(of: request, client: client()) }

        switch server.router.match(&request) {
        case .miss(let miss):
            answerEarly(server.router.answerMiss(request, miss), request.head)
        case .route(let index):
            let route = server.router.route(index)
            let limit = min(route.bodyLimit ?? .max, server.limits.body)
            if request.head.contentLength ?? 0 > limit {
                refuse(.bodyTooLarge, of: route)
            } else if request.head.hasBody, !route.wantsBody, case .now(let answer) = route.handler {
                // A body that nobody asked for: the answer does not depend on it.
                answerEarly(answer(request), request.head)
            } else if request.head.hasBody {
                awaitBody(&request, route: index, length: length, limit: limit)
            } else {
                run(route.handler, &request, length: length)
            }
        }
        swap(&request.head, &parser.head)
        swap(&request.storage, &buffer)
        parser.reset()
        if phase == .head { loop.events.setDeadline(place, loop.events.now + loop.limits.idleTime) }
        return length
    }

    /// Runs a handler for a request that borrows the loop's buffer.
    private func run(_ handler: Route.Handler, _ request: inout Request, length: Int) {
        switch handler {
        case .now(let answer):
            respond(answer(request))
        case .later(let answer):
            runLater(answer, request.detached(length: length))
        case .webSocket(let accept, let otherwise):
            upgrade(request, accept, otherwise)
        }
    }

    private func runLater(_ answer: (consuming Request, Responder) -> Void, _ request: consuming Request) {
        phase = .waiting
        loop.events.setDeadline(place, .max)
        answer(request, responder())
    }

    /// A responder for the request at hand, good from any thread.
    private func responder() -> Responder {
        let (events, place, number) = (loop.events, place, current.number)
        return Responder { response in
            let box = TransferBox(response)
            events.submit {
                // The connection may be gone, or it may be somebody else's place by now.
                guard let connection = events.handler(at: place) as? Connection, connection.phase == .waiting,
                    connection.current.number == number
                else { return }
                connection.answered(box.take())
            }
        }
    }

    /// A late answer has come.
    private func answered(_ response: consuming Response) {
        phase = .head
        if output.isEmpty { loop.events.setDeadline(place, loop.events.now + loop.limits.idleTime) }
        respond(response)
        resume()
    }

    // MARK: - Refusing

    /// Answers before the body has been read, and reads the body away if that is cheap. RFC 9112, 9.3.
    private func answerEarly(_ response: consuming Response, _ head: borrowing RequestHead) {
        if head.contentLength ?? 0 > loop.limits.body { return refuse(.bodyTooLarge) }
        if head.hasBody, !canDrain(head) { current.keepsAlive = false }
        respond(response)
        drainBody(head)
    }

    /// Whether reading the body away costs less than a new connection would. A client that waits for 100 may send no
    /// body at all after another answer, so what follows on its connection would be in doubt.
    private func canDrain(_ head: borrowing RequestHead) -> Bool {
        !head.expectsContinue && (head.isChunked || head.contentLength ?? 0 <= loop.limits.drain)
    }

    /// Has the body that follows thrown away, unless the connection ends anyway.
    private func drainBody(_ head: borrowing RequestHead) {
        guard head.hasBody, phase != .closed else { return }
        if closesAfterOutput {
            lingersAtEnd = true
            return
        }
        let reception = reception ?? Reception()
        self.reception = reception
        reception.drainLeft = loop.limits.drain
        reception.missing = head.contentLength ?? 0
        reception.chunks = head.isChunked ? ChunkedDecoder(trailerLimit: loop.limits.fieldBytes) : nil
        phase = .draining
        loop.events.setDeadline(place, loop.events.now + loop.limits.bodyTime)
    }

    /// The server's own refusal, after which nothing of the connection can be trusted.
    func refuse(_ refusal: Refusal, of route: Route? = nil) {
        lingersAtEnd = true
        current.keepsAlive = false
        let asked = phase == .body ? reception.map { loop.server.router.route($0.route) } : nil
        respond(refusal.response(for: route ?? asked))
        phase = .lingering
    }

    /// The same where there is no whole head to speak of: nothing of the request before is true of this one.
    func refuseHead(_ refusal: Refusal) {
        current = Current(arrival: current.arrival, number: loop.nextRequestNumber())
        if loop.server.isObserved {
            current.exchange = Exchange(unreadable: current.number, client: client())
        }
        refuse(refusal)
    }

    // MARK: - Bodies

    private func awaitBody(_ request: inout Request, route: Int, length: Int, limit: Int) {
        let reception = reception ?? Reception()
        self.reception = reception
        reception.missing = request.head.contentLength ?? 0
        reception.chunks = request.head.isChunked ? ChunkedDecoder(trailerLimit: loop.limits.fieldBytes) : nil
        reception.bodyLimit = limit
        reception.isImpatient = false
        reception.route = route
        let hasMore = request.storage.count > request.base + length
        // RFC 9110, 10.1.1: no 100 for a client that has not waited for it.
        if request.head.expectsContinue, !hasMore { loop.output.append("HTTP/1.1 100 Continue\r\n\r\n") }
        reception.request = request.detached(length: length)
        phase = .body
        loop.events.setDeadline(place, loop.events.now + loop.limits.bodyTime)
    }

    /// Takes what has come of a body, to be kept or thrown away; says up to where the bytes are used.
    func takeBody(_ reception: Reception, _ bytes: Span<UInt8>, from start: Int) -> Int {
        if reception.chunks != nil { return takeChunks(reception, bytes, from: start) }
        let count = min(reception.missing, bytes.count - start)
        reception.missing -= count
        if phase == .body {
            let expected = reception.request?.head.contentLength
            guard makeRoom(in: reception, for: count, expected: expected) else { return bytes.count }
            reception.request?.body.buffer.append(bytes.extracting(start..<(start + count)))
        }
        if reception.missing == 0 { finishBody(reception) }
        return start + count
    }

    private func takeChunks(_ reception: Reception, _ bytes: Span<UInt8>, from start: Int) -> Int {
        var at = start
        while true {
            switch reception.chunks?.next(bytes, from: at) ?? .needMore {
            case .body(let range):
                at = range.upperBound
                if phase == .body {
                    // As soon as it is exceeded, not when the whole has come.
                    guard (reception.request?.body.count ?? 0) + range.count <= reception.bodyLimit else {
                        refuse(.bodyTooLarge)
                        return bytes.count
                    }
                    guard makeRoom(in: reception, for: range.count, expected: nil) else { return bytes.count }
                    reception.request?.body.buffer.append(bytes.extracting(range))
                } else {
                    reception.drainLeft -= range.count
                    if reception.drainLeft < 0 {
                        closesAfterOutput = true
                        lingersAtEnd = true
                        phase = .lingering
                        return bytes.count
                    }
                }
                loop.events.setDeadline(place, loop.events.now + loop.limits.bodyTime)
            case .needMore:
                return bytes.count
            case .end(let end):
                finishBody(reception)
                return end
            case .malformed(let refusal):
                if phase == .body {
                    refuse(refusal)
                } else {
                    // The answer is out already; all that is left is to go.
                    closesAfterOutput = true
                    lingersAtEnd = true
                    phase = .lingering
                }
                return bytes.count
            }
        }
    }

    /// Whether nothing is read until it is the body's turn.
    var awaitsTurn: Bool { reception?.awaitsTurn ?? false }

    /// Whether more of the body may come now. If not, nothing is read until its turn comes or has been awaited long enough.
    func takesTurn() -> Bool {
        guard let reception else { return true }
        let (events, place, number) = (loop.events, place, current.number)
        let takes = reception.takesTurn {
            events.submit {
                // It may be gone, or through without its turn.
                guard let connection = events.handler(at: place) as? Connection, connection.awaitsTurn,
                    connection.current.number == number
                else { return }
                connection.turnCame(isImpatient: false)
            }
        }
        if takes { return true }
        reception.awaitsTurn = true
        loop.events.setDeadline(place, loop.events.now + loop.limits.bodyTurnTime)
        flush()
        return false
    }

    /// Reads on.
    func turnCame(isImpatient: Bool) {
        reception?.awaitsTurn = false
        reception?.isImpatient = isImpatient
        loop.events.setDeadline(place, loop.events.now + loop.limits.bodyTime)
        flush()
    }

    /// Makes room in a body; without memory for it the request is refused.
    func makeRoom(in reception: Reception, for count: Int, expected: Int?) -> Bool {
        if reception.request?.body.makeRoom(for: count, expected: expected, from: loop.server.budget) ?? false {
            return true
        }
        refuse(.outOfBodyMemory)
        reception.request = nil
        return false
    }

    /// The body is whole: runs the handler, or goes on with the next request.
    func finishBody(_ reception: Reception) {
        reception.chunks = nil
        loop.events.setDeadline(place, loop.events.now + loop.limits.idleTime)
        guard phase == .body, let request = reception.request.take() else {
            phase = .head
            return
        }
        phase = .head
        current.exchange?.bytesIn = request.body.count
        loop.memoryReturn.bodyCame(request.body.count)
        switch loop.server.router.route(reception.route).handler {
        case .now(let answer): respond(answer(request))
        case .later(let answer): runLater(answer, request)
        case .webSocket(let accept, let otherwise): upgrade(request, accept, otherwise)
        }
    }
}

extension Request {
    /// A request of its own, with a copy of the head's bytes and whatever else this one had.
    mutating func detached(length: Int) -> Request {
        var head = RequestHead()
        swap(&head, &self.head)
        var request = Request(
            head: head, storage: ByteBuffer(storage.bytes.extracting(base..<(base + length))), base: 0,
            body: takeBody())
        // The rest of this request still asks about framing.
        self.head.copyFraming(of: request.head)
        swap(&request.decodedPath, &decodedPath)
        request.isPathDecoded = isPathDecoded
        request.parameters = parameters
        request.arrival = arrival
        request.number = number
        swap(&request.reached, &reached)
        return request
    }
}

extension RequestHead {
    fileprivate mutating func copyFraming(of other: borrowing RequestHead) {
        contentLength = other.contentLength
        isChunked = other.isChunked
        expectsContinue = other.expectsContinue
    }
}
