import Bytes
import HTTP
import System
import TestSupport
import Testing

@Suite struct LayerTests {
    /// Records what it is called with, and does what the test says.
    private final class Recorder: Layer {
        let scope: LayerScope
        let calls = Locked<[String]>([])
        let exchanges = Locked<[Exchange]>([])
        private let answer: @Sendable (borrowing Request) -> Response?
        private let change: @Sendable (inout Response) -> Void

        init(
            _ scope: LayerScope = .everything,
            answer: @escaping @Sendable (borrowing Request) -> Response? = { _ in nil },
            change: @escaping @Sendable (inout Response) -> Void = { _ in }
        ) {
            (self.scope, self.answer, self.change) = (scope, answer, change)
        }

        var all: [Exchange] { exchanges.withLock { $0 } }

        func before(_ exchange: inout Exchange, _ request: borrowing Request) -> Verdict {
            calls.withLock { $0.append("before") }
            if let response = answer(request) { return .answer(response) }
            return .passOn
        }

        func after(_ exchange: inout Exchange, _ response: inout Response) {
            calls.withLock { $0.append("after") }
            change(&response)
        }

        func finished(_ exchange: Exchange) {
            calls.withLock { $0.append("finished") }
            exchanges.withLock { $0.append(exchange) }
        }
    }

    private static func note(_ values: inout ExchangeNotes.Values) {
        (values.key, values.task, values.error) = (7, .id(9), "odd")
    }

    /// Notes things and answers with the status in the path, in each of the ways in which handlers answer.
    private static let router = Router([
        Route(
            [.get], "/now/{status}",
            .now { request in
                request.note(note)
                return Response(Status(Int(request.parameter(0).text) ?? 0))
            }
        ).of(kind: .poll),
        Route(
            [.get], "/later/{status}",
            .later { request, responder in
                let status = Int(request.parameter(0).text) ?? 0
                responder.note(note)
                responder.respond(Response(Status(status)))
            }
        ).of(kind: .submit),
        Route(
            [.get], "/either/{status}",
            .nowOrLater { request in
                let status = Int(request.parameter(0).text) ?? 0
                request.note(note)
                if request.query.isEmpty { return .now(Response(Status(status))) }
                return .later { $0.respond(Response(Status(status))) }
            }
        ).of(kind: .download),
        .post("/count") { .text(.ok, "\($0.body.count)") },
        .post("/small", bodyLimit: 10) { .text(.ok, "\($0.body.count)") },
        Route([.get], "/silent", .later { _, responder in silent.withLock { $0.append(responder) } }),
    ])

    private static let silent = Locked<[Responder]>([])

    @Test(arguments: Medium.allCases)
    func `a handler that answers now or later is answered alike`(_ medium: Medium) throws {
        try HandlerHarness.run(Self.router, medium) { harness in
            let (now, later) = try (harness.get("/either/201"), harness.get("/either/202?late"))
            #expect(now.status == 201 && later.status == 202)
        }
    }

    @Test(arguments: ["/now/200", "/later/200", "/either/200", "/either/200?late"])
    func `what a service notes reaches the layer with the exchange`(_ target: String) throws {
        let layer = Recorder()
        try withServer(Self.router, layers: [layer]) { server in
            let client = try server.connect()
            try client.send(get(target))
            #expect(try client.receiveReply().status == 200)
            #expect(eventually { layer.all.count == 1 })
            let exchange = try #require(layer.all.first)
            #expect(exchange.key == 7 && exchange.task == .id(9) && exchange.error == "odd")
            #expect(exchange.origin == .request && exchange.host == "test" && exchange.target == target)
            let kind: Route.Kind = target.hasPrefix("/now") ? .poll : target.hasPrefix("/later") ? .submit : .download
            #expect(exchange.kind == kind)
            #expect(exchange.pattern.map { "\($0)".hasSuffix("/{status}") } == true)
        }
        #expect(layer.calls.withLock { $0 } == ["before", "after", "finished"])
    }

    @Test(arguments: ["/now/", "/later/", "/either/", "/either/x?"])
    func `a layer for failures hears of failures alone with what was noted`(_ target: String) throws {
        let layer = Recorder(.failures)
        let query = target.hasSuffix("?") ? "?late" : ""
        let path = query.isEmpty ? target : "/either/"
        try withServer(Self.router, layers: [layer]) { server in
            let client = try server.connect()
            for status in [200, 404, 200, 503, 399, 204] {
                try client.send(get("\(path)\(status)\(query)"))
                #expect(try client.receiveReply().status == status)
            }
            try client.send(get("/none"))
            #expect(try client.receiveReply().status == 404)
            #expect(eventually { layer.all.count == 3 })
            #expect(layer.all.map(\.status) == [404, 503, 404])
            #expect(layer.all.map(\.error) == ["odd", "odd", nil])
            #expect(layer.all.map(\.target) == ["\(path)404\(query)", "\(path)503\(query)", "/none"])
            #expect(layer.all.allSatisfy { $0.client.hasPrefix("127.0.0.1:") })
        }
        #expect(layer.calls.withLock { Set($0) } == ["finished"])
    }

    @Test(arguments: Medium.allCases)
    func `a layer that answers keeps the handler from running`(_ medium: Medium) throws {
        let ran = Locked(0)
        let router = Router([
            .post("/a") { _ in
                ran.withLock { $0 += 1 }
                return .text(.ok, "handler")
            }
        ])
        let inner = Recorder()
        let guarding = Recorder(answer: { $0.body.count > 1 ? .text(Status(403), "no") : nil })
        func ask(_ body: String) throws -> Reply {
            let request = "POST /a HTTP/1.1\r\nhost: test\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            if medium == .memory {
                let answer = try router.answer(request.utf8.span, layers: [guarding, inner])
                return try #require(Reply.all(in: answer.bytes.indices.map { answer.bytes[$0] })?.first)
            }
            return try withServer(router, layers: [guarding, inner]) { server in
                let client = try server.connect()
                try client.send(request)
                return try client.receiveReply()
            }
        }
        #expect(try ask("xx").status == 403)
        #expect(ran.withLock { $0 } == 0)
        #expect(inner.calls.withLock { $0 } == ["after", "finished"])
        #expect(try ask("x").text == "handler")
        #expect(ran.withLock { $0 } == 1)
    }

    @Test(arguments: Medium.allCases)
    func `a layer may change an answer`(_ medium: Medium) throws {
        let layer = Recorder(change: { $0.add("x-layer", "1") })
        let request = get("/now/200")
        switch medium {
        case .memory:
            let answer = try Self.router.answer(request.utf8.span, layers: [layer])
            #expect(answer.bytes.text.contains("\r\nx-layer: 1\r\n"))
        case .socket:
            try withServer(Self.router, layers: [layer]) { server in
                let client = try server.connect()
                try client.send(request + get("/none") + "nonsense\r\n\r\n")
                for status in [200, 404, 400] {
                    let reply = try client.receiveReply()
                    #expect(reply.status == status && reply["x-layer"] == "1")
                }
            }
        }
    }

    @Test func `a refused body is an exchange of its route`() throws {
        let layer = Recorder()
        try withServer(Self.router, layers: [layer]) { server in
            let client = try server.connect()
            try client.send(post("/small", count: 11))
            #expect(try client.receiveReply().status == 413)
            #expect(eventually { layer.all.count == 1 })
            #expect(layer.all.first?.target == "/small" && layer.all.first?.status == 413)
        }
    }

    @Test func `a request whose client leaves ends without a status`() throws {
        let layer = Recorder()
        try withServer(Self.router, layers: [layer]) { server in
            let client = try server.connect()
            try client.send(get("/silent"))
            #expect(eventually { Self.silent.withLock { $0.count } == 1 })
            try client.resetAtEnd()
        }
        #expect(eventually { layer.all.count == 1 })
        #expect(layer.all.map(\.status) == [0])
        Self.silent.withLock { $0 = [] }
    }

    @Test func `messages of a WebSocket are exchanges in both directions`() throws {
        let layer = Recorder()
        try withServer(conversations(), layers: [layer]) { server in
            let socket = try WebSocketClient(server, "/echo?a")
            try socket.send(1, "hello")
            #expect(try socket.receive().text == "hello")
            try socket.send(2, "abc")
            #expect(try socket.receive().payload.count == 3)
            #expect(eventually { layer.all.count == 5 })
            let upgrade = try #require(layer.all.first)
            #expect(upgrade.status == 101 && upgrade.origin == .request)
            let messages = layer.all.dropFirst()
            #expect(messages.count { $0.origin == .socketMessage(.received) } == 2)
            #expect(messages.count { $0.origin == .socketMessage(.sent) } == 2)
            #expect(
                messages.allSatisfy { $0.upgrade == upgrade.number && $0.target == "/echo?a" && $0.kind == .socket })
            #expect(messages.map { $0.bytesIn + $0.bytesOut } == [5, 5, 3, 3])
            #expect(Set(layer.all.map(\.number)).count == 5)
        }
    }
}
