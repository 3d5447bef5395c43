import BFL
import Bytes
import HTTP

/// The service with nothing behind it: what the contract lets through is accepted, and every task is pending.
enum Emulated {
    static func service(_ settings: BFL.Settings = BFL.Settings()) -> Service {
        Service(
            settings,
            accept: { _, caller in Accepted(id: "a", next: .poll(url: caller.base + "/v1/get_result?id=a")) },
            result: { id, _, _ in .json(.ok, ByteBuffer(#"{"id":"\#(id)","status":"Pending"}"#)) },
            credits: { _ in .json(.ok, ByteBuffer(#"{"credits":1.0}"#)) })
    }

    static func router(_ settings: BFL.Settings = BFL.Settings()) -> Router {
        let service = service(settings)
        return Router(service.routes, fallback: service.fallback)
    }
}
