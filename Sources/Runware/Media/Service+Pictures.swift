import Bytes
import Download
import HTTP
import Imaging
import Tasks

extension Service {
    /// Hands out what was made and what is kept, to whoever knows its name.
    var pictures: Route {
        Route([.get, .head], MediaPath.pattern, .now { picture($0) })
    }

    private func picture(_ request: borrowing Request) -> Response {
        let file = request.parameter(0)
        guard let id = MediaPath.id(of: file), let found = representation(id),
            MediaPath.names(file, found.format)
        else { return Router.plainFallback(request, .notFound) }
        var response = found.representation.response(to: request)
        if let origin = settings.deliveryOrigin { response.add("access-control-allow-origin", origin) }
        return response
    }

    private func representation(_ id: TaskID) -> (representation: Representation, format: ImageFormat)? {
        if let task = workshop.task(id), task.record.namespace.belongs(to: Caller.service),
            let end = task.record.end, let picture = workshop.picture(of: id)
        {
            let format = task.record.format
            return (
                Representation(
                    picture.file.sendable, contentType: format.mediaType, entityTag: picture.entityTag,
                    lastModified: Int(end.finished / .seconds(1))), format
            )
        }
        guard let media = media.use(id) else { return nil }
        let format = media.probe.format
        return (
            Representation(
                media.file.sendable, contentType: format.mediaType, entityTag: "\"\(id)\"",
                lastModified: Int(media.kept / .seconds(1))), format
        )
    }
}
