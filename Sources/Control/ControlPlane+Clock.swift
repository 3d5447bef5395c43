import Bytes
import HTTP
import JSON
import Steering
import Tasks
import Time

// The clock: frozen, at another rate, or moved ahead with all that happens meanwhile.

extension ControlPlane {
    private var clock: Clock { tasks.clock }

    /// The fastest and the slowest time.
    private static let rates = 0.000_1...1_000_000

    func showClock(_ call: Call) -> Response {
        names.note(call)
        return .json(.ok, clockText(call))
    }

    private func clockText(_ call: Call) -> ByteBuffer {
        let reading = clock.reading(of: call.key)
        var writer = JSONWriter()
        writer.object { writer in
            writer.pair("now", TimeText.text(reading.now))
            writer.key("running")
            writer.bool(reading.isRunning)
            writer.pair("rate", reading.rate)
            writer.key("keys")
            writer.object { writer in
                for key in clock.ownTimelines where call.key == nil || call.key == key {
                    writer.key(names.name(key))
                    writer.string(TimeText.text(call.key == key ? reading.now : clock.now(for: key)))
                }
            }
        }
        return writer.finish()
    }

    func setClock(_ call: Call) throws(Problem) -> Response {
        let wish = try call.object(["frozen", "now", "rate"])
        guard wish.count > 0 else { throw Problem(Status(422), "Expected frozen, now or rate.", at: "") }
        var (isFrozen, rate, instant) = (Bool?.none, Double?.none, Instant?.none)
        if let value = wish["frozen"] {
            guard let flag = value.bool else {
                throw Problem(Status(422), "Expected true or false.", at: "/frozen", value.position)
            }
            isFrozen = flag
        }
        if let value = wish["rate"] {
            guard let number = value.double, ControlPlane.rates.contains(number) else {
                throw Problem(Status(422), "Expected a number from 0.0001 to 1000000.", at: "/rate", value.position)
            }
            guard isFrozen != true else {
                throw Problem(Status(422), "Expected no rate for a frozen clock.", at: "/rate", value.position)
            }
            rate = number
        }
        if let value = wish["now"] { instant = try target(value, at: "/now", call) }
        names.note(call)
        if isFrozen == true { clock.freeze(call.key) }
        if let instant { tasks.agenda.advance(call.key, .to(instant)) }
        if isFrozen == false || rate != nil { clock.run(call.key, rate: rate) }
        return .json(.ok, clockText(call))
    }

    func advance(_ call: Call) throws(Problem) -> Response {
        let wish = try call.object(["by", "to", "until"])
        guard wish.count == 1 else { throw Problem(Status(422), "Expected one of by, to and until.", at: "") }
        let events: [Agenda.Event]
        if let value = wish["by"] {
            guard let interval = value.string.flatMap({ Interval($0) }) else {
                throw Problem(
                    Status(422), "Expected a duration such as \"10m01s\", \"90s\" or \"250ms\".", at: "/by",
                    value.position)
            }
            guard interval <= Agenda.endOfTime - clock.now(for: call.key) else { throw tooFar("/by", value) }
            names.note(call)
            events = tasks.agenda.advance(call.key, .by(interval))
        } else if let value = wish["to"] {
            let instant = try target(value, at: "/to", call)
            names.note(call)
            events = tasks.agenda.advance(call.key, .to(instant))
        } else if let value = wish["until"] {
            switch value.string {
            case "idle"?:
                names.note(call)
                events = tasks.advanceUntilIdle(call.key)
            case "next"?:
                names.note(call)
                events = tasks.agenda.advance(call.key, .next)
            default: throw Problem(Status(422), "Expected \"idle\" or \"next\".", at: "/until", value.position)
            }
        } else {
            throw Problem(Status(422), "Expected one of by, to and until.", at: "")
        }
        return .json(.ok, text(of: events.filter { !$0.what.isNothing }, call))
    }

    /// The instant of a value, not before the present.
    private func target(_ value: JSONValue, at pointer: String, _ call: Call) throws(Problem) -> Instant {
        guard let instant = value.string.flatMap(TimeText.instant) else {
            throw Problem(Status(422), "Expected a time such as \"2026-12-01T09:00:00Z\".", at: pointer, value.position)
        }
        guard instant <= Agenda.endOfTime else { throw tooFar(pointer, value) }
        let now = clock.now(for: call.key)
        guard instant >= now else {
            throw Problem(
                Status(422),
                "Expected a time that is not before \(TimeText.text(now)): time never goes backwards. POST /_emulator/reset begins anew.",
                at: pointer, value.position)
        }
        return instant
    }

    private func tooFar(_ pointer: String, _ value: JSONValue) -> Problem {
        Problem(Status(422), "Expected a time before \(TimeText.text(Agenda.endOfTime)).", at: pointer, value.position)
    }

    private func text(of events: [Agenda.Event], _ call: Call) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { writer in
            writer.pair("now", TimeText.text(clock.now(for: call.key)))
            writer.key("happened")
            writer.array { list in
                for event in events {
                    list.object { writer in
                        writer.pair("at", TimeText.text(event.due))
                        writer.pair("what", "\(event.what)")
                        let source = "\(event.source)"
                        if source == "task" || source == "message" {
                            writer.pair("task", "\(TaskID(number: event.id))")
                        }
                        writer.pair("key", names.name(event.key))
                    }
                }
            }
            writer.key("complete")
            writer.bool(events.count < Agenda.eventLimit)
        }
        return writer.finish()
    }
}

extension StaticString {
    fileprivate var isNothing: Bool { bytes.equals("nothing") }
}
