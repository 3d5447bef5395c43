import Bytes
import HTTP
import System
import TestSupport
import Testing

/// Answers that come later, from other threads.
@Suite struct LateAnswerTests {
    @Test func `a late answer arrives`() throws {
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests)) { server in
            let client = try server.connect()
            for word in ["one", "two"] {
                try client.send(get("/later/\(word)"))
                try #require(lateRequests.next()).responder.respond(answer(word))
                #expect(try client.receiveReply().text == word)
            }
        }
    }

    @Test func `a request whose responder is dropped is answered 500`() throws {
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests)) { server in
            let client = try server.connect()
            try client.send(get("/later/x") + get("/quick"))
            _ = try #require(lateRequests.next())
            #expect(try client.receiveReply().status == 500)
            #expect(try client.receiveReply().text == "quick")
        }
    }

    @Test func `only the first of two answers is sent`() throws {
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests)) { server in
            let client = try server.connect()
            try client.send(get("/later/x") + get("/later/y"))
            let late = try #require(lateRequests.next())
            late.responder.respond(answer("first"))
            late.responder.respond(answer("again"))
            #expect(try client.receiveReply().text == "first")
            try #require(lateRequests.next()).responder.respond(answer("other"))
            #expect(try client.receiveReply().text == "other")
        }
    }

    @Test func `a responder may answer before its handler returns`() throws {
        let routes = Router([Route([.get], "/x", .later { _, responder in responder.respond(answer("x")) })])
        try withServer(routes) { server in
            let client = try server.connect()
            try client.send(String(repeating: get("/x"), count: 200))
            for _ in 0..<200 { #expect(try client.receiveReply().text == "x") }
        }
    }

    @Test func `an answer for a client that has left reaches no other client`() throws {
        let lateRequests = LateRequests()
        var limits = Limits()
        limits.connections = 1
        try withServer(liveRoutes(lateRequests), limits: limits, loops: 1) { server in
            let gone: LateRequests.Case
            do {
                let client = try server.connect()
                try client.resetAtEnd()
                try client.send(get("/later/x"))
                gone = try #require(lateRequests.next())
            }
            #expect(eventually { server.server.connectionCount == 0 })
            // The next connection takes the same place of the loop, and waits as well.
            let next = try server.connect()
            try next.send(get("/later/y"))
            let late = try #require(lateRequests.next())
            gone.responder.respond(answer("not yours"))
            late.responder.respond(answer("yours"))
            #expect(try next.receiveReply().text == "yours")
        }
    }

    @Test func `answers from many threads reach their requests`() throws {
        let lateRequests = LateRequests()
        try withServer(liveRoutes(lateRequests)) { server in
            let clients = try (0..<32).map { _ in try server.connect() }
            for (index, client) in clients.enumerated() { try client.send(get("/later/\(index)")) }
            var threads: [ThreadBox] = []
            for _ in 0..<4 {
                threads.append(
                    ThreadBox(
                        try Thread("answers") {
                            for _ in 0..<8 {
                                guard let late = lateRequests.next() else { return }
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
