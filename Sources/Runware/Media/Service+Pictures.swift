import Bytes
import Download
import HTTP
import Imaging
import Tasks

extension Service {
    /// Serves results and stored media to clients that know their UUID.
    var pictures: Route {
        let handler: Route.Handler =
            if tasks.mayWait {
                .later { [self] request, responder in
                    let box = TransferBox(request)
                    threads.run { [self] in responder.respond(picture(box.take())) }
                }
            } else {
                .now { [self] request in picture(request) }
            }
        return Route([.get, .head], MediaPath.pattern, handler).of(kind: .download)
    }

    private func picture(_ request: borrowing Request) -> Response {
        let file = request.parameter(0)
        do throws(TaskError) {
            guard let id = MediaPath.id(of: file), let found = try representation(id),
                MediaPath.names(file, found.format)
            else { return Router.plainFallback(request, .notFound) }
            request.note { $0.task = .id(id.number) }
            if let answer = download(request, id) { return answer }
            var response = found.representation.response(to: request)
            if let origin = settings.deliveryOrigin { response.add("access-control-allow-origin", origin) }
            return response
        } catch {
            return response(to: Answer(ErrorObject(ServiceError(error))))
        }
    }

    private func representation(
        _ id: TaskID
    ) throws(TaskError) -> (representation: Representation, format: ImageFormat)? {
        if let view = try tasks.task(id), view.record.namespace.belongs(to: Service.name), let end = view.record.end,
            let picture = tasks.picture(of: view)
        {
            let format = view.record.format
            return (
                Representation(
                    picture.file.sendable, contentType: format.mediaType, entityTag: picture.entityTag,
                    lastModified: end.finished.secondsSince1970), format
            )
        }
        guard let media = media.use(id) else { return nil }
        let format = media.probe.format
        return (
            Representation(
                media.file.sendable, contentType: format.mediaType, entityTag: "\"\(id)\"",
                lastModified: media.kept.secondsSince1970), format
        )
    }
}
