import BFL
import Bytes
import HTTP
import Outbound
import System
import Tasks
import TestSupport

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    fuzzDelivery(unsafe Span(_unsafeStart: start, count: count))
    return 0
}

private let router = {
    var settings = Tasks.Settings()
    settings.seed = 1
    let service = BFL.Service(
        tasks: TaskService(settings), threads: ThreadPool("submit", threads: 1), fetches: OutboundPool("fetch"))
    return Router(service.routes, fallback: service.fallback)
}()

/// The input is what follows `/delivery/` in a request's target: whatever it is, nobody gets anything.
func fuzzDelivery(_ input: Span<UInt8>) {
    var request = ByteBuffer("GET /delivery/")
    for i in input.indices where input[i] > 0x20 && input[i] < 0x7F { request.append(input[i]) }
    request.append(" HTTP/1.1\r\nhost: test\r\n\r\n" as StaticString)
    guard let answer = try? router.answer(request.bytes) else { preconditionFailure("no answer") }
    let status = answer.bytes.extracting(..<13)
    precondition(
        ["HTTP/1.1 400 ", "HTTP/1.1 403 ", "HTTP/1.1 404 ", "HTTP/1.1 414 "].contains(status.text), answer.bytes.text)
}
