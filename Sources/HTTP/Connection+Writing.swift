import Bytes
import Net
import Synchronization
import Time

// From an answer to bytes on the wire, with backpressure, and the end of the connection.

extension Connection {
    /// Bodies up to this size are copied behind their head and sent with it; larger ones are sent from where they are.
    private static let copyLimit = 16 << 10

    /// How many bytes a connection sends before the other connections of its loop have their turn.
    static let turn = 1 << 20

    /// Renders the answer to the current request. It is sent with the other answers of this round.
    ///
    /// If `isLast`, the connection ends with this answer or is no HTTP connection after it, and no plan is carried out.
    func respond(_ response: consuming Response, isLast: Bool = false) {
        if loop.server.isWatched, let open = current.exchange { loop.server.dispatcher.complete(open, &response) }
        // A large answer takes memory for as long as its reader takes.
        var hold: Budget.AnswerReservation?
        if response.body.ownCount > Self.copyLimit {
            hold = loop.server.budget.reserveForAnswer(response.body.ownCount)
            guard hold != nil else { return refuse(.outOfAnswerMemory) }
        }
        if let plan = response.extras?.plan, !isLast { return deliver(response, plan, hold) }
        let before = loop.output.count
        let closing = render(response)
        let status = response.status
        let size = status.isBodiless || current.isHead ? 0 : response.body.count
        if loop.server.isWatched { finishExchange(status.code, bytesOut: loop.output.count - before + size) }
        if closing {
            closesAfterOutput = true
            // Nothing that follows on this connection is a request any more.
            if phase == .head { phase = .lingering }
        }
        if size == 0 { return }
        switch consume response.body {
        case .none:
            break
        case .bytes(let buffer):
            if size <= Self.copyLimit {
                loop.output.append(buffer)
            } else {
                sendStored(.bytes(SharedBytes(buffer, account: hold)), 0..<size)
            }
        case .stored(.bytes(let bytes), let range) where size <= Self.copyLimit:
            loop.output.append(bytes.bytes.extracting(range))
        case .stored(let content, let range):
            sendStored(content, range, hold)
        }
    }

    /// Renders the head of an answer; returns whether the connection ends with it.
    @inline(__always) @discardableResult
    func render(_ response: borrowing Response, length: Int? = nil) -> Bool {
        let closing = response.closesConnection || !current.keepsAlive
        loop.date.refresh(loop.events.now)
        ResponseWriter.append(
            response, date: loop.date, closing: closing,
            persisting: !closing && current.minorVersion == 0,
            requestID: loop.server.namesRequests ? current.number : nil, length: length, to: &loop.output)
        return closing
    }

    /// Reports the end of the current exchange to the layers.
    func finishExchange(_ status: Int, bytesOut: Int) {
        guard let open = current.exchange.take() else { return }
        open.exchange.status = status
        open.exchange.bytesOut = bytesOut
        open.exchange.duration = Ticks.now - current.arrival
        if open.exchange.client.isEmpty { open.exchange.client = client() }
        loop.server.dispatcher.finish(open)
    }

    /// Sends what this round has rendered and stored content behind it, in one call if the kernel takes both.
    func sendStored(_ content: StoredContent, _ range: Range<Int>, _ hold: Budget.AnswerReservation? = nil) {
        if phase == .closed { return }
        if output.isEmpty {
            do {
                let head = loop.output.count
                var taken = 0
                let part = range.lowerBound..<min(range.upperBound, range.lowerBound + Connection.turn)
                if case .bytes(let count) = try content.send(behind: loop.output, part, to: transport) {
                    taken = count
                }
                loop.sent += taken
                output.append(copying: loop.output, from: min(taken, head))
                output.append(content, (range.lowerBound + max(0, taken - head))..<range.upperBound, hold)
            } catch {
                close()
            }
        } else {
            output.append(copying: loop.output, from: 0)
            output.append(content, range, hold)
        }
        loop.output.removeAll()
    }

    /// Sends what this round has rendered.
    func sendOutput() {
        if loop.output.isEmpty || phase == .closed { return loop.output.removeAll() }
        do {
            var taken = 0
            if output.isEmpty, case .bytes(let count) = try transport.send(loop.output) { taken = count }
            loop.sent += taken
            if taken < loop.output.count { output.append(copying: loop.output, from: taken) }
        } catch {
            close()
        }
        loop.output.removeAll()
    }

    /// Ends a round: sends what was rendered, and sets what the connection waits for.
    func flush() {
        sendOutput()
        if phase == .closed { return }
        if phase == .webSocket { webSocket?.socket.setQueued(queuedWeight) }
        if output.isEmpty {
            if closesAfterOutput { return end() }
            if loop.isStopping, phase == .head, reception == nil { return close() }
            // A connection that yields waits to write: there is room, so its turn comes after the other connections'.
            setInterest(
                awaitsTurn || isPaused
                    ? []
                    : phase == .waiting || phase == .delivering
                        ? interest.intersection(.readable) : yields ? .writable : .readable)
        } else {
            // While output waits, no further request is read.
            let mayRead =
                phase == .body && !awaitsTurn
                || phase == .webSocket && !isPaused && output.count <= Connection.congestion
            // The write timeout runs from the first byte that was not taken; bytes added later do not extend it.
            if !interest.contains(.writable) { startWriteClock() }
            setInterest(mayRead ? [.readable, .writable] : .writable)
        }
    }

    /// The peer takes more.
    func writeMore() {
        do {
            let sent = try output.send(to: transport, upTo: Connection.turn)
            loop.sent += sent
            if sent > 0, !output.isEmpty { startWriteClock() }
        } catch {
            return close()
        }
        guard output.isEmpty else {
            webSocketDrained()
            return
        }
        switch phase {
        case .head: loop.events.setDeadline(registration, loop.events.now + loop.limits.idleTime)
        case .body, .draining: loop.events.setDeadline(registration, loop.events.now + loop.limits.bodyTime)
        case .waiting: loop.events.setDeadline(registration, .never)
        case .delivering: return deliveryDrained()
        case .webSocket, .lingering, .closed: break
        }
        webSocketDrained()
        yields = false
        resume()
    }

    /// Sets what readiness the connection is called for.
    func setInterest(_ wanted: Readiness) {
        if wanted == interest || phase == .closed { return }
        interest = wanted
        loop.events.modify(registration, for: transport.readiness(for: wanted))
    }

    // MARK: - Ending

    /// Ends the connection when everything is sent. A peer that may still be sending is read for a while: closing a socket
    /// with unread bytes resets the connection, which could overtake the answer. An empty line behind a body is enough for that.
    private func end() {
        if phase == .closed { return }
        guard lingersAtEnd || transport.hasInput else { return close() }
        transport.shutdownSending()
        closesAfterOutput = false
        lingersAtEnd = false
        phase = .lingering
        reception = nil
        setInterest(.readable)
        lingerEnd = loop.events.now + loop.limits.lingerTime * 15
        linger()
    }

    /// Waits for what may still come, as long as it comes, but not for ever.
    func linger() {
        loop.events.setDeadline(registration, min(loop.events.now + loop.limits.lingerTime, lingerEnd ?? .never))
    }

    /// Closes the connection at once.
    func close() {
        if phase == .closed { return }
        phase = .closed
        // A request that was never answered is an exchange without a status.
        if loop.server.isWatched { finishExchange(0, bytesOut: 0) }
        webSocketClosed()
        reception = nil
        delivery = nil
        output = OutputQueue()
        loop.events.deregister(registration)
        leave()
    }

    /// Counts the connection out.
    func leave() {
        let server = loop.server
        if counts {
            server.connectionCount.subtract(1, ordering: .relaxed)
            loop.load.subtract(1, ordering: .relaxed)
        } else {
            server.refusedCount.subtract(1, ordering: .relaxed)
        }
        loop.connectionLeft()
    }

    /// Closes the connection at once if no request is in flight, else after the answer.
    func stop() {
        switch phase {
        case .head where reception == nil && output.isEmpty: close()
        case .webSocket: webSocketStop()
        case .delivering where delivery?.plan.ending == .hang: close()
        default:
            current.keepsAlive = false
            if phase == .head, !output.isEmpty { (closesAfterOutput, lingersAtEnd) = (true, true) }
        }
    }
}
