import Bytes
import Outbound
import TestSupport
import Testing

struct SendTests {
    @Test func `a webhook is a POST request with a JSON body`() throws {
        let secret = try #require(Field("X-Webhook-Secret", "s3cret"))
        try Peer.answering(answer("202 Accepted")) { peer in
            let message = Message.webhook(
                SharedBytes(#"{"id":1}"#), about: "a task", to: peer.url("/hook?a=b"), fields: [secret])
            let status = try local.send(message)
            #expect(status == 202)
            let head =
                "POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1:\(peer.port)\r\nUser-Agent: outpaint\r\nAccept: */*\r\n"
                + "content-type: application/json\r\nX-Webhook-Secret: s3cret\r\nContent-Length: 8\r\n\r\n"
            #expect(peer.requests == [head + #"{"id":1}"#])
        }
    }

    @Test func `an upload is a PUT request with the file's bytes`() throws {
        let type = try #require(Field("content-type", "image/png"))
        try Peer.answering(answer("201 Created")) { peer in
            let status = try local.send(
                .upload(SharedBytes("bytes"), about: "a task", to: peer.url("/a.png"), fields: [type]))
            #expect(status == 201)
            let head =
                "PUT /a.png HTTP/1.1\r\nHost: 127.0.0.1:\(peer.port)\r\nUser-Agent: outpaint\r\nAccept: */*\r\n"
                + "content-type: image/png\r\nContent-Length: 5\r\n\r\n"
            #expect(peer.requests == [head + "bytes"])
        }
    }

    @Test func `empty bodies and empty field values are sent`() throws {
        let empty = try #require(Field("x-empty", ""))
        try Peer.answering(answer()) { peer in
            _ = try local.send(.webhook(SharedBytes(""), about: "a task", to: peer.url(), fields: [empty]))
            let request = try #require(peer.requests.first)
            #expect(request.contains("\r\nx-empty:\r\n"))
            #expect(request.hasSuffix("\r\nContent-Length: 0\r\n\r\n"))
        }
    }

    @Test func `a large body is sent without an expect field`() throws {
        let body = String(repeating: "0123456789abcdef", count: 3 << 16)
        try Peer.answering(answer()) { peer in
            _ = try local.send(.upload(SharedBytes(body), about: "a task", to: peer.url()))
            let request = try #require(peer.requests.first)
            #expect(!request.lowercased().contains("\r\nexpect:"))
            #expect(request.hasSuffix(body))
        }
    }

    @Test(arguments: ["302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
    func `a redirect of a message is not followed`(_ status: String) throws {
        try Peer.answering(answer(status, fields: "location: /elsewhere\r\n")) { peer in
            let message = Message.webhook(SharedBytes("{}"), about: "a task", to: peer.url("/hook"))
            let reason = reason { () throws(OutboundError) in try local.send(message) }
            #expect(reason == .status(Int(status.prefix(3)) ?? 0))
            #expect(peer.requests.count == 1)
        }
    }

    @Test func `a success status counts even if the response body is endless`() throws {
        try Peer.serving({
            try $1.send("HTTP/1.1 200 OK\r\n\r\n")
            while true { try $1.send(String(repeating: "x", count: 1 << 16)) }
        }) { peer in
            let status = try local.send(.webhook(SharedBytes("{}"), about: "a task", to: peer.url()))
            #expect(status == 200)
        }
    }

    @Test(arguments: ["400 Bad Request", "500 Internal Server Error"])
    func `an error status is reported`(_ status: String) throws {
        try Peer.answering(answer(status, "why")) { peer in
            let message = Message.webhook(SharedBytes("{}"), about: "a task", to: peer.url())
            let reason = reason { () throws(OutboundError) in try local.send(message) }
            #expect(reason == .status(Int(status.prefix(3)) ?? 0))
        }
    }

    @Test func `messages obey the address policy`() throws {
        try Peer.answering(answer()) { peer in
            let message = Message.upload(SharedBytes("secret"), about: "a task", to: peer.url())
            let reason = reason { () throws(OutboundError) in try Client().send(message) }
            #expect(reason == .refusedAddress)
            #expect(peer.requests.isEmpty)
        }
    }

    @Test(arguments: [
        ("x", "a\r\nb: c"), ("x", "a\nb"), ("x", "\u{0}"), ("x", "\u{7f}"), ("", "a"), ("x y", "a"), ("x:", "a"),
        ("x\r", "a"),
        ("\u{e9}", "a"),
    ]) func `a field with an invalid name or a control character is refused`(_ name: String, _ value: String) {
        #expect(Field(name, value) == nil)
    }

    @Test(arguments: ["", "a", "a b\tc", "\u{e9}"])
    func `a field may be empty or hold UTF-8 text`(_ value: String) {
        #expect(Field("x-Y_1", value)?.value == value)
    }
}
