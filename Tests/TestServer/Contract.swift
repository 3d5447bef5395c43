import BFL
import Bytes
import HTTP

/// BFL's service with nothing behind it: what its contract lets through is accepted, and every task is pending.
let contract = Service(
    accept: { _, caller in Accepted(id: "a", next: .poll(url: caller.base + "/v1/get_result?id=a")) },
    result: { _, _, _ in .json(.ok, ByteBuffer(#"{"id":"a","status":"Pending"}"#)) },
    credits: { _ in .json(.ok, ByteBuffer(#"{"credits":1.0}"#)) })
