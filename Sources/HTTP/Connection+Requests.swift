import Bytes
import Synchronization
import Time

// From a whole head to an answer: admission, the body, the handler.

extension Connection {
    /// Handles the head that stands in `buffer` at `start`; returns how many bytes are used.
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
        request.lentLength = UInt32(length)
        request.arrival = current.arrival
        request.number = loop.nextRequestNumber()
        if request.authority.isEmpty { request.reached = reachedAddress() }
        current.isHead = request.method == .head
        current.keepsAlive = request.head.keepsAlive && !server.isStopping.load(ordering: .relaxed)
        current.minorVersion = request.head.minorVersion
        current.number = request.number
        let admission = server.dispatcher.admit(&request)
        if server.isWatched, server.dispatcher.watchesEverything { beginExchange(request) }
        switch admission {
        case .refuse(let refusal):
            if server.isWatched, current.exchange == nil { beginExchange(request) }
            refuse(refusal, to: request)
        case .readBody(let limit):
            if server.isWatched, current.exchange == nil { beginExchange(request) }
            awaitBody(&request, limit: limit)
        case .run where request.head.hasBody:
            if !canDrain(request.head) { current.keepsAlive = false }
            run(&request)
            drainBody(request.head)
        case .run:
            run(&request)
        }
        swap(&request.head, &parser.head)
        swap(&request.storage, &buffer)
        parser.reset()
        if phase == .head { loop.events.setDeadline(registration, loop.events.now + loop.limits.idleTime) }
        return length
    }

    /// Runs the handler of a request, and sends its answer or waits for one.
    private func run(_ request: inout Request) {
        switch loop.server.dispatcher.dispatch(&request, &current.exchange, scratch: loop.scratchNotes) {
        case .answer(let response):
            respond(response)
        case .handOver(let handler):
            waitForAnswer()
            let responder = responder(request.notes)
            handler(request.owned(), responder)
        case .later(let start):
            waitForAnswer()
            start(responder(request.notes))
        case .webSocket(let session, let response):
            become(session, response)
        }
    }

    private func waitForAnswer() {
        phase = .waiting
        loop.events.setDeadline(registration, .never)
    }

    /// A responder for the current request, to be used from any thread.
    private func responder(_ notes: ExchangeNotes?) -> Responder {
        let (events, registration, number) = (loop.events, registration, current.number)
        return Responder(notes: notes) { response in
            let box = TransferBox(response)
            events.submit {
                // The connection may be closed, and its registration in use by another one.
                guard let connection = events.handler(at: registration) as? Connection, connection.phase == .waiting,
                    connection.current.number == number
                else { return }
                connection.answered(box.take())
            }
        }
    }

    /// Sends a late answer.
    private func answered(_ response: consuming Response) {
        phase = .head
        if output.isEmpty { loop.events.setDeadline(registration, loop.events.now + loop.limits.idleTime) }
        respond(response)
        resume()
    }

    // MARK: - Refusing

    /// Whether discarding the body costs less than a new connection would. A client that waits for 100 may send no body at all
    /// after another answer, so the framing of what follows would be in doubt.
    private func canDrain(_ head: borrowing RequestHead) -> Bool {
        !head.expectsContinue && (head.isChunked || head.contentLength ?? 0 <= loop.limits.drain)
    }

    /// Discards the body that follows, unless the connection ends anyway.
    private func drainBody(_ head: borrowing RequestHead) {
        guard head.hasBody, phase != .closed else { return }
        if closesAfterOutput {
            lingersAtEnd = true
            return
        }
        if phase == .delivering {
            // Nothing is read meanwhile, so the connection ends with the answer.
            current.keepsAlive = false
            lingersAtEnd = true
            return
        }
        let reception = reception ?? Reception()
        self.reception = reception
        reception.drainLeft = loop.limits.drain
        reception.missing = head.contentLength ?? 0
        reception.chunks = head.isChunked ? ChunkedDecoder(trailerLimit: loop.limits.fieldBytes) : nil
        phase = .draining
        loop.events.setDeadline(registration, loop.events.now + loop.limits.bodyTime)
    }

    /// The server's own refusal of the request whose body is arriving, after which the framing of the connection is in doubt.
    func refuse(_ refusal: Refusal) {
        // The route of the request words the refusal.
        guard phase == .body, let reception, let request = reception.request.take() else {
            return end(with: refusal.response)
        }
        end(with: loop.server.dispatcher.answer(refusal, to: request))
        reception.request = .some(request)
    }

    private func refuse(_ refusal: Refusal, to request: borrowing Request) {
        end(with: loop.server.dispatcher.answer(refusal, to: request))
    }

    private func end(with response: consuming Response) {
        lingersAtEnd = true
        current.keepsAlive = false
        respond(response, isLast: true)
        phase = .lingering
    }

    /// Refuses a request without a whole head. Nothing of the request before applies to it.
    func refuseHead(_ refusal: Refusal) {
        current = Current(arrival: current.arrival, number: loop.nextRequestNumber())
        if loop.server.isWatched {
            let open = OpenExchange(Exchange(unreadable: current.number, start: current.arrival), nil)
            open.exchange.client = client()
            current.exchange = open
        }
        end(with: refusal.response)
    }

    // MARK: - Bodies

    private func awaitBody(_ request: inout Request, limit: Int) {
        let reception = reception ?? Reception()
        self.reception = reception
        reception.missing = request.head.contentLength ?? 0
        reception.chunks = request.head.isChunked ? ChunkedDecoder(trailerLimit: loop.limits.fieldBytes) : nil
        reception.bodyLimit = limit
        reception.isImpatient = false
        let hasMore = request.storage.count > request.base + Int(request.lentLength)
        // RFC 9110, 10.1.1: no 100 for a client that has sent its body already.
        if request.head.expectsContinue, !hasMore { loop.output.append("HTTP/1.1 100 Continue\r\n\r\n") }
        reception.request = request.owned()
        phase = .body
        loop.events.setDeadline(registration, loop.events.now + loop.limits.bodyTime)
    }

    /// Keeps or discards received bytes of a body; returns up to where the input is used.
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
                    // Refused as soon as the limit is exceeded, not when the body is whole.
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
                loop.events.setDeadline(registration, loop.events.now + loop.limits.bodyTime)
            case .needMore:
                return bytes.count
            case .end(let end):
                finishBody(reception)
                return end
            case .malformed(let refusal):
                if phase == .body {
                    refuse(refusal)
                } else {
                    // The answer is sent already; only the end of the connection is left.
                    closesAfterOutput = true
                    lingersAtEnd = true
                    phase = .lingering
                }
                return bytes.count
            }
        }
    }

    /// Whether reading pauses until it is the body's turn.
    var awaitsTurn: Bool { reception?.awaitsTurn ?? false }

    /// Whether more of the body may be received now. If not, reading pauses until its turn comes or the turn timeout passes.
    func takesTurn() -> Bool {
        guard let reception else { return true }
        let (events, registration, number) = (loop.events, registration, current.number)
        let takes = reception.takesTurn {
            events.submit {
                // The connection may be closed, or the body may have gone on after the turn timeout.
                guard let connection = events.handler(at: registration) as? Connection, connection.awaitsTurn,
                    connection.current.number == number
                else { return }
                connection.turnCame(isImpatient: false)
            }
        }
        if takes { return true }
        reception.awaitsTurn = true
        loop.events.setDeadline(registration, loop.events.now + loop.limits.bodyTurnTime)
        flush()
        return false
    }

    /// Continues to read the body.
    func turnCame(isImpatient: Bool) {
        reception?.awaitsTurn = false
        reception?.isImpatient = isImpatient
        loop.events.setDeadline(registration, loop.events.now + loop.limits.bodyTime)
        flush()
    }

    /// Makes room in a body; if the memory limit is reached, refuses the request.
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
        loop.events.setDeadline(registration, loop.events.now + loop.limits.idleTime)
        guard phase == .body, let request = reception.request.take() else {
            phase = .head
            return
        }
        phase = .head
        loop.memoryTrimmer.bodyReceived(request.body.count)
        var whole = request
        run(&whole)
    }

    // MARK: - Exchanges

    private func beginExchange(_ request: borrowing Request) {
        let open = loop.server.dispatcher.begin(request)
        open.exchange.client = client()
        current.exchange = open
    }
}

extension Request {
    /// The same request with bytes of its own, taken out of this one.
    package mutating func owned() -> Request {
        var head = RequestHead()
        swap(&head, &self.head)
        var bytes = ByteBuffer()
        if lentLength > 0 {
            bytes = ByteBuffer(storage.bytes.extracting(base..<(base + Int(lentLength))))
        } else {
            swap(&bytes, &storage)
        }
        var request = Request(head: head, storage: bytes, base: lentLength > 0 ? 0 : base, body: takeBody())
        // The rest of this request still asks about framing.
        self.head.copyFraming(of: request.head)
        swap(&request.decodedPath, &decodedPath)
        request.isPathDecoded = isPathDecoded
        request.parameters = parameters
        (request.router, request.route, request.pathIndex) = (router, route, pathIndex)
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
