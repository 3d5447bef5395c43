import Bytes
import HTTP
import Intake
import JSON
import Outbound
import Tasks

extension Service {
    /// Answers a submit. Its body is read on a thread that has time for it.
    func submit(_ request: consuming Request, _ responder: Responder) {
        let box = TransferBox(request)
        threads.run { [self] in
            do throws(ServiceError) {
                let submission = try Submission(box.take(), to: self)
                switch try submission.source() {
                case .file(let file): responder.respond(try submission.accept(file).response())
                case .address(let address): try fetch(address, for: submission, responder)
                }
            } catch {
                responder.respond(error.response(settings))
            }
        }
    }

    /// Accepts a submission when its image has been fetched, on a thread that may wait for it.
    private func fetch(
        _ address: String, for submission: Submission, _ responder: Responder
    ) throws(ServiceError) {
        do throws(OutboundError) {
            try fetches.submit(for: submission.namespace) { [self] client in
                do throws(ServiceError) {
                    let file = try submission.fetch(address, with: client)
                    responder.respond(try submission.accept(file).response())
                } catch {
                    responder.respond(error.response(settings))
                }
            }
        } catch {
            throw submission.refusal(IntakeError.notFetched(error))
        }
    }

    /// Who sent a request, by the first of its keys.
    func caller(_ request: borrowing Request) throws(ServiceError) -> Caller {
        guard let sent = request.field(Contract.keyField), sent.count > 0 else { throw .notAuthenticated }
        let key = APIKey(sent)
        guard settings.keys.isEmpty || settings.keys.contains(where: key.matches) else { throw .wrongKey }
        return Caller(key: key, base: base(request))
    }

    /// What stands before paths in addresses for the sender of a request.
    func base(_ request: borrowing Request) -> String {
        settings.publicURL ?? request.origin(trustingForwarded: settings.trustsForwarded)
    }
}
