import Bytes
import HTTP
import System
import TestSupport

/// Where late requests wait until the test, on its own thread, answers them.
final class LateRequests: Sendable {
    struct Case: Sendable {
        let path: String
        let responder: Responder
    }

    private let cases = Locked<[Case]>([])

    var count: Int { cases.withLock { $0.count } }

    /// Takes a request in.
    func take(_ request: consuming Request, _ responder: Responder) {
        let path = request.path.text
        cases.withLock { $0.append(Case(path: path, responder: responder)) }
    }

    /// The request that has waited longest, as soon as there is one.
    func next() -> Case? {
        var first: Case?
        _ = eventually {
            first = cases.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            return first != nil
        }
        return first
    }
}

/// Text as a whole answer's body.
func answer(_ text: String) -> Response { .text(.ok, text) }
