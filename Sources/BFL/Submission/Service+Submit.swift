import Bytes
import HTTP
import Intake
import JSON
import Outbound
import Steering
import Tasks

extension Service {
    /// Answers a submission. Its body is parsed on a thread of the pool.
    func submit(_ request: consuming Request, _ responder: Responder) {
        let box = TransferBox(request)
        threads.run { [self] in
            do throws(ServiceError) {
                let submission = try Submission(box.take(), to: self, responder.notes)
                switch try submission.source() {
                case .file(let file): try accept(file, submission, responder)
                case .address(let address): try fetch(address, for: submission, responder)
                }
            } catch {
                refuse(error, responder)
            }
        }
    }

    /// Fetches a submission's image on a thread that may block, and accepts the submission.
    private func fetch(
        _ address: String, for submission: Submission, _ responder: Responder
    ) throws(ServiceError) {
        let effects = submission.fetchEffects
        if let failure = effects.outboundFailure { throw submission.refusal(IntakeError.notFetched(failure)) }
        if let delay = effects.delay {
            return steering.call(after: delay, for: submission.namespace.key) { [self] in
                do throws(ServiceError) {
                    try fetchNow(address, for: submission, responder)
                } catch {
                    refuse(error, responder)
                }
            }
        }
        try fetchNow(address, for: submission, responder)
    }

    private func fetchNow(
        _ address: String, for submission: Submission, _ responder: Responder
    ) throws(ServiceError) {
        do throws(OutboundError) {
            try fetches.submit(for: submission.namespace) { [self] client in
                do throws(ServiceError) {
                    let file = try submission.fetch(address, with: client)
                    try accept(file, submission, responder)
                } catch {
                    refuse(error, responder)
                }
            }
        } catch {
            throw submission.refusal(IntakeError.notFetched(error))
        }
    }

    private func accept(
        _ file: consuming ByteBuffer, _ submission: Submission, _ responder: Responder
    ) throws(ServiceError) {
        let accepted = try submission.accept(file)
        responder.note { $0.task = .id(accepted.id.number) }
        var response = accepted.response()
        response.date = tasks.clock.ownTime(of: submission.namespace.key)
        responder.respond(response)
    }

    func refuse(_ error: ServiceError, _ responder: Responder) {
        responder.note { $0.error = error.summary }
        responder.respond(error.response(settings))
    }

    /// The sender of a request, identified by the first key field.
    func caller(_ request: borrowing Request) throws(ServiceError) -> Caller {
        guard let sent = request.field(Contract.keyField), sent.count > 0 else { throw .notAuthenticated }
        let key = APIKey(sent)
        request.note { $0.key = key.namespace(in: Service.name).key.value }
        guard settings.keys.isEmpty || settings.keys.contains(where: key.matches) else { throw .wrongKey }
        return Caller(key: key, base: base(request))
    }

    /// The base URL for links in responses to a request.
    func base(_ request: borrowing Request) -> String {
        settings.publicURL ?? request.origin(trustingForwarded: settings.trustsForwarded)
    }
}
