import Bytes
import Net
import Time

/// What is left to do of an answer that has a plan.
final class Delivery {
    let plan: DeliveryPlan
    /// The answer, until it begins.
    var response: Response?
    /// The rest of the body that is to be sent.
    var content = StoredContent.bytes(SharedBytes(ByteBuffer()))
    var rest = 0..<0
    let hold: Budget.AnswerReservation?
    /// When the next step is to be taken.
    var due = Ticks.never
    /// When the body began, and how much of it has been sent.
    var began = Ticks(nanoseconds: 0)
    var sent = 0
    /// When the connection is reset even if the peer's side has not acknowledged everything.
    var resetAt: Ticks?

    init(_ plan: DeliveryPlan, _ response: consuming Response, _ hold: Budget.AnswerReservation?) {
        self.plan = plan
        self.response = .some(response)
        self.hold = hold
    }
}

// Answers that are delivered by a plan: held back, slowed down, cut off, reset or never sent.

extension Connection {
    /// How long a reset waits for the peer to have what was sent before, which a reset would discard.
    private static let resetPatience = Interval.seconds(1)
    private static let resetPause = Interval.milliseconds(1)
    /// How much of what a slow reader has delayed is caught up with.
    private static let catchUp = Interval.seconds(1)

    /// Begins to deliver an answer by its plan. Until that is done the connection reads nothing and answers nothing else.
    func deliver(_ response: consuming Response, _ plan: DeliveryPlan, _ hold: Budget.AnswerReservation?) {
        let delivery = Delivery(plan, response, hold)
        self.delivery = delivery
        phase = .delivering
        // The first step comes after this round, and so behind the answers before this one.
        if plan.ending == .hang { return takeStep(delivery, at: loop.events.now + loop.limits.idleTime) }
        guard let gate = plan.gate else { return takeStep(delivery, at: loop.events.now + plan.hold) }
        takeStep(delivery, at: .never)
        let (events, registration, number) = (loop.events, registration, current.number)
        gate.whenOpen {
            events.submit {
                // The connection may be closed, and its registration in use by another one.
                guard let connection = events.handler(at: registration) as? Connection,
                    connection.current.number == number, connection.phase == .delivering,
                    let delivery = connection.delivery
                else { return }
                connection.takeStep(delivery, at: events.now + delivery.plan.hold)
            }
        }
    }

    private func takeStep(_ delivery: Delivery, at due: Ticks) {
        delivery.due = due
        if output.isEmpty { loop.events.setDeadline(registration, due) }
    }

    /// Takes the next step of a delivery, whose time has come.
    func continueDelivery() {
        guard let delivery else { return }
        loop.sent = 0
        if delivery.plan.ending == .hang { return close() }
        if delivery.plan.ending == .reset(after: nil) { return resetWhenTaken(delivery) }
        if delivery.response != nil { begin(delivery) }
        sendPiece(delivery)
        flush()
    }

    /// The reader has taken all that was sent so far.
    func deliveryDrained() {
        guard let delivery else { return }
        if delivery.response == nil, delivery.rest.isEmpty {
            endDelivery(delivery)
        } else {
            loop.events.setDeadline(registration, delivery.due)
        }
        flush()
    }

    /// Renders the head, and finds out what of the body is to be sent.
    private func begin(_ delivery: Delivery) {
        guard let response = delivery.response.take() else { return }
        let plan = delivery.plan
        let status = response.status
        let count = status.isBodiless || current.isHead ? 0 : response.body.count
        // Behind a length that is not the truth, or without the rest of the body, no further answer could be told apart.
        let isHonest = plan.ending == .complete && plan.statedLength ?? response.body.count == response.body.count
        if !isHonest || response.closesConnection { current.keepsAlive = false }
        let before = loop.output.count
        render(response, length: plan.statedLength)
        let limit =
            switch plan.ending {
            case .cut(let bytes), .reset(let bytes?): min(max(0, bytes), count)
            default: count
            }
        if loop.server.isWatched { finishExchange(status.code, bytesOut: loop.output.count - before + limit) }
        switch consume response.body {
        case .none: break
        case .bytes(let buffer):
            delivery.content = .bytes(SharedBytes(buffer))
            delivery.rest = 0..<limit
        case .stored(let content, let range):
            delivery.content = content
            delivery.rest = range.prefix(limit)
        }
        delivery.began = loop.events.now
    }

    /// Sends as much of the body as may go now, and ends the delivery behind its last byte.
    private func sendPiece(_ delivery: Delivery) {
        var piece = delivery.rest
        if let pace = delivery.plan.pace { piece = piece.prefix(pace.piece) }
        if !piece.isEmpty {
            sendStored(delivery.content, piece, delivery.hold)
            if phase == .closed { return }
            delivery.rest = piece.upperBound..<delivery.rest.upperBound
            delivery.sent += piece.count
        }
        guard let pace = delivery.plan.pace, !delivery.rest.isEmpty else { return endDelivery(delivery) }
        let due = delivery.began + pace.due(delivery.sent)
        let delay = loop.events.now - due - Connection.catchUp
        if delay > .zero { delivery.began = delivery.began + delay }
        takeStep(delivery, at: due)
    }

    private func endDelivery(_ delivery: Delivery) {
        if case .reset = delivery.plan.ending { return resetWhenTaken(delivery) }
        self.delivery = nil
        guard current.keepsAlive else {
            closesAfterOutput = true
            phase = .lingering
            return
        }
        phase = .head
        if output.isEmpty { loop.events.setDeadline(registration, loop.events.now + loop.limits.idleTime) }
        // Requests that came meanwhile wait in `reception`.
        resume()
    }

    // MARK: - Reset

    /// Resets the connection as soon as the peer's side has what was sent.
    private func resetWhenTaken(_ delivery: Delivery) {
        sendOutput()
        if phase == .closed || !output.isEmpty { return }
        let end = delivery.resetAt ?? loop.events.now + Connection.resetPatience
        delivery.resetAt = end
        if transport.unacknowledged() == 0 || loop.events.now >= end { return reset() }
        takeStep(delivery, at: loop.events.now + Connection.resetPause)
    }

    /// Ends the connection by a reset in registration of an orderly close.
    private func reset() {
        transport.resetAtClose()
        close()
    }
}
