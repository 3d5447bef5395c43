import Bytes
import Download
import HTTP
import Imaging
import Tasks

extension Service {
    /// Hands out pictures to whoever has their link.
    var delivery: Route {
        Route(
            [.get, .head], "/delivery/results/{folder}/{folder}/{id}/{file}",
            .now { [self] request in
                do throws(StorageError) {
                    return try deliver(request)
                } catch {
                    return error.response()
                }
            })
    }

    /// The link to a task's picture, if there is one, for a caller who reaches this server by `base`.
    func link(to task: Snapshot, base: @autoclosure () -> String) -> Link? {
        guard let expires = task.record.resultExpires else { return nil }
        return Link(task: task.record, base: base(), expiry: expires / 1_000_000_000, links: workshop.links)
    }

    private func deliver(_ request: borrowing Request) throws(StorageError) -> Response {
        guard let id = Link.id(request.parameter(2)) else { throw .notSigned }
        let permit = LinkPermit(request.query)
        guard permit.hasConstants, let expiry = permit.expiry,
            workshop.links.verifies(
                permit.signature.bytes, path: request.routedPath, expires: expiry, contentType: permit.type.bytes)
        else { throw .notSigned }
        let now = workshop.clock.now / 1_000_000_000
        guard now <= expiry else { throw .expired(at: expiry, now: now) }
        guard let task = task(id), let end = task.record.end, let picture = workshop.picture(of: id) else {
            // It goes within the second that its link ends in.
            throw now < expiry ? .gone : .expired(at: expiry, now: now)
        }
        return response(to: request, picture, task.record.format, end)
    }

    private func response(
        to request: borrowing Request, _ picture: Picture, _ format: ImageFormat, _ end: TaskRecord.End
    ) -> Response {
        let checksum = picture.checksum
        let representation = Representation(
            picture.file.sendable, contentType: format.mediaType, entityTag: picture.entityTag,
            lastModified: Int(end.finished / 1_000_000_000))
        var response = representation.response(to: request)
        if response.status == .ok || response.status == .partialContent {
            // A part's own sum would stand in `content-md5`; that of the whole has a name of its own there.
            response.add(response.status == .ok ? "content-md5" : "x-ms-blob-content-md5", checksum.bytes)
            response.add("x-ms-blob-type", "BlockBlob")
        }
        if let origin = settings.deliveryOrigin { response.add("access-control-allow-origin", origin) }
        return response
    }
}

/// What a link's query says.
private struct LinkPermit: ~Copyable {
    var expiry: Int64?
    var type = ByteBuffer()
    var signature = ByteBuffer()
    /// Which of the parameters are as they must be that are the same in every link: signing them would say no more.
    private var constants = [Bool](repeating: false, count: Link.constants.count)

    var hasConstants: Bool { constants.allSatisfy { $0 } }

    init(_ query: Span<UInt8>) {
        var items = FormItems(query)
        while let item = items.next() {
            let name = query.extracting(item.name)
            let value = query.extracting(item.value)
            // A plus is one: signatures are base64, and not all who pass links on escape them.
            if name.isName("se") {
                let time = value.percentDecoded()
                expiry = LinkTime.seconds(time.bytes)
            } else if name.isName("rsct") {
                type = value.percentDecoded()
            } else if name.isName("sig") {
                signature = value.percentDecoded()
            } else if let constant = Link.constants.firstIndex(where: { name.isName($0.name) }) {
                let sent = value.percentDecoded()
                constants[constant] = sent.bytes.equals(Link.constants[constant].value)
            }
        }
    }
}
