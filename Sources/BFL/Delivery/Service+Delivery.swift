import Bytes
import Download
import HTTP
import Imaging
import Steering
import System
import Tasks
import Time

extension Service {
    /// Serves pictures to clients that have their link.
    var delivery: Route {
        let handler: Route.Handler =
            if tasks.mayWait {
                .later { [self] request, responder in
                    let box = TransferBox(request)
                    threads.run { [self] in responder.respond(delivered(box.take())) }
                }
            } else {
                .now { [self] request in delivered(request) }
            }
        return Route([.get, .head], "/delivery/results/{folder}/{folder}/{id}/{file}", handler).of(kind: .download)
    }

    /// The link to a task's picture, if there is one, for a client that reaches this server at `base`.
    func link(to task: TaskRecord, base: @autoclosure () -> String) -> Link? {
        guard let expires = task.resultExpires else { return nil }
        return Link(task: task, base: base(), expiry: expires.secondsSince1970, links: tasks.links)
    }

    private func delivered(_ request: borrowing Request) -> Response {
        do throws(DeliveryFailure) {
            return try deliver(request)
        } catch {
            switch error {
            case .refused(let error):
                request.note { $0.error = "\(error.code)" }
                return error.response()
            case .service(let error):
                request.note { $0.error = error.summary }
                if case .scripted(let answer) = error { return StorageError.scripted(answer).response() }
                return error.response(settings)
            }
        }
    }

    private enum DeliveryFailure: Error {
        case refused(StorageError)
        case service(ServiceError)
    }

    private func deliver(_ request: borrowing Request) throws(DeliveryFailure) -> Response {
        guard let id = Link.id(request.parameter(2)) else { throw .refused(.notSigned) }
        request.note { $0.task = .id(id.number) }
        let permit = LinkPermit(request.query)
        guard permit.hasConstants, let expiry = permit.expiry,
            tasks.links.verifies(
                permit.signature.bytes, path: request.routedPath, expires: Int64(expiry),
                contentType: permit.type.bytes)
        else { throw .refused(.notSigned) }
        let view: TaskView?
        do throws(TaskError) {
            view = Self.own(try tasks.task(id))
        } catch {
            throw .service(ServiceError(error))
        }
        do throws(ServiceError) {
            try steer(.download, request, about: id)
        } catch {
            throw .service(error)
        }
        var now = tasks.clock.now(for: view?.record.namespace.key).secondsSince1970
        // For an unknown task, the key and therefore the clock are unknown. Tasks are kept for longer than their links
        // are valid, so if a clock was moved, the task was removed and its link has expired.
        if view == nil, !tasks.clock.isShared, tasks.clock.ownTimelines != [] { now = max(now, expiry + 1) }
        guard now <= expiry else { throw .refused(.expired(at: expiry, now: now)) }
        guard let view, let end = view.record.end, let picture = tasks.picture(of: view) else {
            // The picture is removed during the last second of its link; from that second on the link counts as
            // expired.
            throw .refused(now < expiry ? .gone : .expired(at: expiry, now: now))
        }
        var response = response(to: request, picture, view.record.format, end)
        response.date = tasks.clock.ownTime(of: view.record.namespace.key)
        return response
    }

    private func response(
        to request: borrowing Request, _ picture: Picture, _ format: ImageFormat, _ end: TaskRecord.End
    ) -> Response {
        let checksum = picture.checksum
        let representation = Representation(
            picture.file.sendable, contentType: format.mediaType, entityTag: picture.entityTag,
            lastModified: end.finished.secondsSince1970)
        var response = representation.response(to: request)
        if response.status == .ok || response.status == .partialContent {
            // In a partial response, `content-md5` would be the checksum of the part; the checksum of the whole has its
            // own field.
            response.add(response.status == .ok ? "content-md5" : "x-ms-blob-content-md5", checksum.bytes)
            response.add("x-ms-blob-type", "BlockBlob")
        }
        if let origin = settings.deliveryOrigin { response.add("access-control-allow-origin", origin) }
        return response
    }
}

/// The parameters of a link's query.
private struct LinkPermit: ~Copyable {
    var expiry: Int?
    var type = ByteBuffer()
    var signature = ByteBuffer()
    /// Which of the constant parameters were present with the expected value. They are the same in every link, so they
    /// are not signed.
    private var constants = [Bool](repeating: false, count: Link.constants.count)

    var hasConstants: Bool { constants.allSatisfy { $0 } }

    init(_ query: Span<UInt8>) {
        var items = FormItems(query)
        while let item = items.next() {
            let name = query.extracting(item.name)
            let value = query.extracting(item.value)
            // A plus sign is not decoded as a space: signatures are base64, and not every client escapes them.
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
