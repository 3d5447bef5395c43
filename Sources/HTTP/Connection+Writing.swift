import Bytes
import Net
import Synchronization

// From an answer to bytes on the wire, with backpressure, and the end of the connection.

extension Connection {
    /// Bodies up to this size are copied behind their head and sent with it; larger ones are sent from where they are.
    private static let copyLimit = 16 << 10

    /// What a connection sends before the others of its loop have their turn: a fast reader must not keep the loop.
    static let turn = 1 << 20

    /// Renders an answer to the request at hand. It goes out with the others of this round.
    func respond(_ response: consuming Response) {
        // Large answers wait in memory for as long as their readers like.
        var hold: Budget.Hold?
        if response.body.ownCount > Self.copyLimit {
            hold = loop.server.budget.hold(response.body.ownCount)
            guard hold != nil else { return refuse(.outOfAnswerMemory) }
        }
        let closing = response.closesConnection || !current.keepsAlive
        loop.date.refresh(loop.events.now)
        let before = loop.output.count
        ResponseWriter.append(
            response, date: loop.date, closing: closing,
            persisting: !closing && current.minorVersion == 0,
            requestID: loop.server.namesRequests ? current.number : nil, to: &loop.output)
        let status = response.status
        let size = status.isBodiless || current.isHead ? 0 : response.body.count
        observe(status, loop.output.count - before + size)
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

    private func observe(_ status: Status, _ size: Int) {
        guard loop.server.isObserved, var exchange = current.exchange.take(), let observer = loop.server.observer else {
            return
        }
        exchange.status = status.code
        exchange.bytesOut = size
        exchange.duration = SystemClock.monotonicNanoseconds - current.arrival
        observer(exchange)
    }

    /// Sends what this round has rendered and what is stored behind it, as one if the kernel takes both.
    func sendStored(_ content: StoredContent, _ range: Range<Int>, _ hold: Budget.Hold? = nil) {
        if phase == .closed { return }
        if output.isEmpty {
            do {
                let head = loop.output.count
                var taken = 0
                let part = range.lowerBound..<min(range.upperBound, range.lowerBound + Connection.turn)
                if case .bytes(let count) = try content.send(behind: loop.output, part, to: socket) {
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
            if output.isEmpty, case .bytes(let count) = try socket.send(loop.output) { taken = count }
            loop.sent += taken
            if taken < loop.output.count { output.append(copying: loop.output, from: taken) }
        } catch {
            close()
        }
        loop.output.removeAll()
    }

    /// Ends a round: sends, and waits for what is to come next.
    func flush() {
        sendOutput()
        if phase == .closed { return }
        if phase == .webSocket { webSocket?.socket.setQueued(output.weight) }
        if output.isEmpty {
            if closesAfterOutput { return end() }
            if loop.isStopping, phase == .head, reception == nil { return close() }
            // There is room to send, so the loop comes back to one that yields when the others have had their turn.
            setInterest(
                awaitsTurn || isPaused
                    ? [] : phase == .waiting ? interest.intersection(.readable) : yields ? .writable : .readable)
        } else {
            // A reader that is behind gets nothing new: its next request waits.
            let mayRead =
                phase == .body && !awaitsTurn
                || phase == .webSocket && !isPaused && output.count <= Connection.congestion
            // The reader's time runs from the first byte it left: what is added behind gives it no more.
            if !interest.contains(.writable) { startWriteClock() }
            setInterest(mayRead ? [.readable, .writable] : .writable)
        }
    }

    /// The socket takes more.
    func writeMore() {
        do {
            let sent = try output.send(to: socket, upTo: Connection.turn)
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
        case .head: loop.events.setDeadline(place, loop.events.now + loop.limits.idleTime)
        case .body, .draining: loop.events.setDeadline(place, loop.events.now + loop.limits.bodyTime)
        case .waiting: loop.events.setDeadline(place, .max)
        case .webSocket, .lingering, .closed: break
        }
        webSocketDrained()
        yields = false
        resume()
    }

    /// Changes what the loop tells this connection, if that is a change.
    func setInterest(_ wanted: Readiness) {
        if wanted == interest || phase == .closed { return }
        interest = wanted
        loop.events.modify(place, for: wanted)
    }

    // MARK: - Ending

    /// Everything is sent. A peer that may still be sending is read for a while, since a reset could overtake the answer:
    /// closing over bytes that nobody has read resets the connection, and an empty line behind a body is enough for that.
    private func end() {
        if phase == .closed { return }
        guard lingersAtEnd || socket.hasInput else { return close() }
        socket.shutdownSending()
        closesAfterOutput = false
        lingersAtEnd = false
        phase = .lingering
        reception = nil
        setInterest(.readable)
        lingerEnd = loop.events.now + 15 * loop.limits.lingerTime
        linger()
    }

    /// Waits for what may still come, as long as it comes, but not for ever.
    func linger() {
        loop.events.setDeadline(place, min(loop.events.now + loop.limits.lingerTime, lingerEnd))
    }

    /// Ends at once.
    func close() {
        if phase == .closed { return }
        phase = .closed
        webSocketClosed()
        reception = nil
        output = OutputQueue()
        loop.events.deregister(place)
        leave()
    }

    /// Gives back its place among the server's connections.
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

    /// The server is stopping: goes at once if nothing is in flight, else after the answer.
    func stop() {
        switch phase {
        case .head where reception == nil && output.isEmpty: close()
        case .webSocket: webSocketStop()
        default:
            current.keepsAlive = false
            if phase == .head, !output.isEmpty { (closesAfterOutput, lingersAtEnd) = (true, true) }
        }
    }
}
