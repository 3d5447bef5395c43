import Bytes
import HTTP
import System
import TestSupport
import Testing

/// Answers that come later, from other threads.
@Suite struct LateAnswerTests {
    @Test func aLateAnswerArrives() throws {
        let desk = Desk()
        try withServer(liveRoutes(desk)) { server in
            let client = try server.connect()
            for word in ["one", "two"] {
                try client.send(get("/later/\(word)"))
                try #require(desk.next()).responder.respond(answer(word))
                #expect(try client.receiveReply().text == word)
            }
        }
    }

    @Test func aRequestThatIsForgottenIsAnswered500() throws {
        let desk = Desk()
        try withServer(liveRoutes(desk)) { server in
            let client = try server.connect()
            try client.send(get("/later/x") + get("/quick"))
            _ = try #require(desk.next())
            #expect(try client.receiveReply().status == 500)
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test func onlyTheFirstOfTwoAnswersCounts() throws {
        let desk = Desk()
        try withServer(liveRoutes(desk)) { server in
            let client = try server.connect()
            try client.send(get("/later/x") + get("/later/y"))
            let late = try #require(desk.next())
            late.responder.respond(answer("first"))
            late.responder.respond(answer("again"))
            #expect(try client.receiveReply().text == "first")
            try #require(desk.next()).responder.respond(answer("other"))
            #expect(try client.receiveReply().text == "other")
        }
    }

    @Test func anAnswerWithinTheCallIsFine() throws {
        let routes = Router([Route([.get], "/x", .later { _, responder in responder.respond(answer("x")) })])
        try withServer(routes) { server in
            let client = try server.connect()
            try client.send(String(repeating: get("/x"), count: 200))
            for _ in 0..<200 { #expect(try client.receiveReply().text == "x") }
        }
    }

    @Test func anAnswerForOneWhoHasGoneReachesNobodyElse() throws {
        let desk = Desk()
        var limits = Limits()
        limits.connections = 1
        try withServer(liveRoutes(desk), limits: limits, loops: 1) { server in
            let gone: Desk.Case
            do {
                let client = try server.connect()
                try client.resetAtEnd()
                try client.send(get("/later/x"))
                gone = try #require(desk.next())
            }
            #expect(eventually { server.server.connectionCount == 0 })
            // The next connection takes the same place of the loop, and waits as well.
            let next = try server.connect()
            try next.send(get("/later/y"))
            let late = try #require(desk.next())
            gone.responder.respond(answer("not yours"))
            late.responder.respond(answer("yours"))
            #expect(try next.receiveReply().text == "yours")
        }
    }

    @Test func answersFromManyThreadsFindTheirRequests() throws {
        let desk = Desk()
        try withServer(liveRoutes(desk)) { server in
            let clients = try (0..<32).map { _ in try server.connect() }
            for (index, client) in clients.enumerated() { try client.send(get("/later/\(index)")) }
            var threads: [ThreadBox] = []
            for _ in 0..<4 {
                threads.append(
                    ThreadBox(
                        try Thread("answers") {
                            for _ in 0..<8 {
                                guard let late = desk.next() else { return }
                                late.responder.respond(answer(late.path))
                            }
                        }))
            }
            for (index, client) in clients.enumerated() {
                #expect(try client.receiveReply().text == "/later/\(index)")
            }
            for thread in threads { thread.thread.take()?.join() }
        }
    }

    private final class ThreadBox {
        var thread: Thread?
        init(_ thread: consuming Thread) { self.thread = .some(thread) }
    }
}
