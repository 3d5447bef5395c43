import Bytes
import HTTP
import JSON
import Tasks
import Time

// The whole state: begun anew, taken away, and put back.

extension ControlPlane {
    func reset(_ call: Call) -> Response {
        tasks.world.reset(call.key)
        var writer = JSONWriter()
        writer.object { writer in
            writer.pair("reset", call.keyName ?? "everything")
            writer.pair("now", TimeText.text(tasks.clock.now(for: call.key)))
        }
        return .json(.ok, writer.finish())
    }

    func exportState(_ call: Call) throws(Problem) -> Response {
        do throws(WorldError) {
            let state = try tasks.world.export(call.key)
            var response = Response(.ok, contentType: "application/octet-stream", .bytes(state))
            response.add("content-disposition", "attachment; filename=\"outpaint.state\"")
            return response
        } catch {
            throw Problem(error)
        }
    }

    func loadState(_ call: Call) throws(Problem) -> Response {
        do throws(WorldError) {
            try tasks.world.load(call.body, call.key)
        } catch {
            throw Problem(error)
        }
        return Response(.noContent)
    }
}

extension Problem {
    fileprivate init(_ error: WorldError) {
        switch error {
        case .otherVersion:
            self.init(
                Status(422), "The state was exported by another version of outpaint. Export it again with this one.")
        case .otherScope:
            self.init(
                Status(422),
                "Expected a state that was exported with the same ?key=, or without one if there is none in this call.")
        case .damaged:
            self.init(Status(422), "Expected a state as GET /_emulator/state answers it; this one is damaged.")
        case .store, .unreadable:
            self.init(.unavailable, "A store does not answer.")
        }
    }
}
