import Bytes
import Net
import Synchronization

// A connection that has become a WebSocket. RFC 6455.

extension Connection {
    /// Nothing more is read from a peer that leaves this much of what was sent to it lying.
    static let congestion = 1 << 20

    // MARK: - The handshake

    /// Answers a request for a WebSocket, and becomes one if all is well; for any other request it gives the answer
    /// `otherwise`, if there is one.
    func upgrade(
        _ request: borrowing Request, _ accept: (borrowing Request) -> WebSocket.Acceptance,
        _ otherwise: ((borrowing Request) -> Response)?
    ) {
        if let otherwise, !request.head.asksUpgrade { return respond(otherwise(request)) }
        let protocols = request.joined("sec-websocket-protocol")
        let hasProtocols = request.field("sec-websocket-protocol") != nil
        let upgrade = request.joined("upgrade")
        let connection = request.joined("connection")
        let version = request.joined("sec-websocket-version")
        let key = request.joined("sec-websocket-key")
        let handshake = WebSocket.Handshake(
            isGet: request.method == .get, isHTTP11: request.head.minorVersion > 0, upgrade: upgrade.bytes,
            connection: connection.bytes, version: version.bytes, key: key.bytes,
            protocols: hasProtocols ? protocols.bytes : nil)
        switch handshake.answer() {
        case .badRequest(let reason):
            respond(.json(.badRequest, ByteBuffer("{\"detail\":\"\(reason)\"}")))
        case .upgradeRequired:
            var response = Response.json(.upgradeRequired, ByteBuffer(#"{"detail":"Upgrade Required"}"#))
            response.add("upgrade", "websocket")
            response.add("sec-websocket-version", "13")
            respond(response)
        case .switching:
            switch accept(request) {
            case .refuse(let response):
                respond(response)
            case .accept(let session, let spoken):
                guard case .switching(let answer, let chosen) = handshake.answer(subprotocols: spoken) else { return }
                become(session, accept: answer, subprotocol: chosen)
            }
        }
    }

    private func become(_ session: any WebSocket.Session, accept: String, subprotocol: String?) {
        var response = Response(.switchingProtocols)
        response.add("upgrade", "websocket")
        response.add("connection", "Upgrade")
        response.add("sec-websocket-accept", accept)
        if let subprotocol { response.add("sec-websocket-protocol", subprotocol) }
        current.keepsAlive = true
        respond(response)
        let socket = WebSocket.Socket(loop.events, place, limit: loop.limits.webSocketQueue)
        webSocket = WebSocketConnection(
            session, socket, limit: loop.limits.webSocketMessage, budget: loop.server.budget)
        phase = .webSocket
        restartWebSocketClock()
        isBusy = true
        session.opened(socket)
        isBusy = false
        if loop.isStopping { closeWebSocket(.goingAway, "the server is stopping") }
    }

    // MARK: - Receiving

    /// Takes what has come; says up to where.
    func takeFrames(_ buffer: inout ByteBuffer, from start: Int) -> Int {
        guard let webSocket else { return buffer.count }
        restartWebSocketClock()
        isBusy = true
        defer { isBusy = false }
        var assembler = WebSocket.MessageAssembler(limit: 0)
        swap(&assembler, &webSocket.assembler)
        var used = start
        do throws(WebSocket.Failure) {
            var input = buffer.mutableBytes
            while phase == .webSocket, !webSocket.isPaused,
                let event = try assembler.next(&input, from: &used, reserve: { webSocket.share.grow(by: $0) })
            {
                take(event, webSocket)
            }
            swap(&assembler, &webSocket.assembler)
        } catch {
            closeWebSocket(error.code, error.reason)
            endWebSocket()
            return buffer.count
        }
        return phase == .webSocket ? used : buffer.count
    }

    private func take(_ event: consuming WebSocket.Event, _ webSocket: WebSocketConnection) {
        switch consume event {
        case .text(let message):
            let share = webSocket.takeShare(from: loop.server.budget)
            webSocket.session.received(Body(message, share), isText: true)
        case .binary(let message):
            let share = webSocket.takeShare(from: loop.server.budget)
            webSocket.session.received(Body(message, share), isText: false)
        case .ping(let payload):
            if !webSocket.hasSentClose { WebSocket.FrameWriter.pong(payload.bytes, into: &loop.output) }
        case .pong(let payload):
            webSocket.session.ponged(payload.bytes)
        case .close(let code, _):
            // 5.5.1: answered with the same code, and that is the end; the server is the first to close (7.1.1).
            webSocket.closeCode = code
            if !webSocket.hasSentClose { WebSocket.FrameWriter.close(code, into: &loop.output) }
            webSocket.hasSentClose = true
            endWebSocket()
        }
    }

    // MARK: - Sending

    /// Sends a whole message. Long ones are sent from where they are.
    func sendMessage(_ content: StoredContent, _ opcode: WebSocket.Opcode) {
        guard let webSocket, !webSocket.hasSentClose else { return }
        WebSocket.FrameWriter.header(opcode, count: content.count, into: &loop.output)
        if case .bytes(let bytes) = content, bytes.count <= 16 << 10 {
            loop.output.append(bytes.bytes)
            if loop.output.count > 64 << 10 { sendOutput() }
        } else {
            sendStored(content, 0..<content.count)
        }
    }

    func sendPing(_ payload: Span<UInt8>) {
        if webSocket?.hasSentClose == false { WebSocket.FrameWriter.ping(payload, into: &loop.output) }
    }

    /// Sends a close frame and waits for the peer's, for a while.
    func closeWebSocket(_ code: WebSocket.CloseCode, _ reason: StaticString) {
        guard let webSocket, !webSocket.hasSentClose else { return }
        webSocket.hasSentClose = true
        webSocket.closeCode = code
        WebSocket.FrameWriter.close(code, reason: reason, into: &loop.output)
        loop.events.setDeadline(place, loop.events.now + loop.limits.lingerTime)
    }

    /// The conversation is over: what is left to send is sent, then the connection ends.
    private func endWebSocket() {
        closesAfterOutput = true
        lingersAtEnd = true
        phase = .lingering
        webSocketClosed()
    }

    // MARK: - What happens to it

    private func restartWebSocketClock() {
        // While something waits to be taken, it is the reader's time that runs.
        if webSocket?.hasSentClose == true || !output.isEmpty { return }
        loop.events.setDeadline(place, loop.events.now + loop.limits.webSocketIdleTime)
    }

    /// Nothing has come for too long, or the peer does not answer a close.
    func webSocketExpired() {
        guard let webSocket, !webSocket.hasSentClose else { return close() }
        // It may have said much that nobody has heard.
        if webSocket.isPaused { return restartWebSocketClock() }
        closeWebSocket(loop.limits.webSocketIdleCode, "nothing was said for too long")
        flush()
    }

    /// What was waiting to be sent is less, or gone.
    func webSocketDrained() {
        guard phase == .webSocket, let webSocket else { return }
        webSocket.socket.setQueued(output.weight)
        guard output.isEmpty else { return }
        if !webSocket.hasSentClose { restartWebSocketClock() }
        isBusy = true
        webSocket.session.drained()
        isBusy = false
    }

    /// Whether its session hears nothing for now; what has come stays where it is.
    var isPaused: Bool { webSocket?.isPaused ?? false }

    func setPaused(_ isPaused: Bool) {
        guard let webSocket, webSocket.isPaused != isPaused else { return }
        webSocket.isPaused = isPaused
        if isPaused { return }
        restartWebSocketClock()
        if !isBusy { resume() }
    }

    func webSocketClosed() {
        guard let webSocket else { return }
        self.webSocket = nil
        webSocket.session.closed(webSocket.closeCode)
    }

    /// The server is stopping.
    func webSocketStop() {
        closeWebSocket(.goingAway, "the server is stopping")
        flush()
    }
}

extension Request {
    /// The values of all fields of a name (in lower case), joined by commas; empty if there are none. RFC 9110, 5.3.
    fileprivate func joined(_ name: StaticString) -> ByteBuffer {
        var joined = ByteBuffer()
        forEachField { field, value in
            guard field.equalsIgnoringCase(name) else { return }
            if !joined.isEmpty { joined.append(", ") }
            joined.append(value)
        }
        return joined
    }
}
