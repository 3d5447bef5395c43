import Bytes

/// What happens between a whole request and its answer: the choice of a router, the route, the layers and the handler.
///
/// Connections use it, and so do tests that answer requests without a socket. A class, since a copy for each request would cost
/// more than the dispatch.
package final class Dispatcher: Sendable {
    let hosts: Hosts
    let limits: Limits
    /// The layers that see everything, and those that see only failures.
    private let layers: [any Layer]
    private let failureLayers: [any Layer]
    /// Whether there is any layer or amendment, and whether a layer sees everything.
    let isWatched: Bool
    let watchesEverything: Bool

    /// `amends` says that services may note amendments of their answers.
    package init(_ hosts: Hosts, _ limits: Limits, layers: [any Layer] = [], amends: Bool = false) {
        self.hosts = hosts
        self.limits = limits
        self.layers = layers.filter { $0.scope == .everything }
        failureLayers = layers.filter { $0.scope == .failures }
        isWatched = !layers.isEmpty || amends
        watchesEverything = !self.layers.isEmpty
    }

    // MARK: - The head

    /// What to do with a request whose head has come.
    package enum Admission {
        /// Run the handler. What follows the head, if anything does, is thrown away.
        case run
        /// Read the body first.
        case readBody(limit: Int)
        case refuse(Refusal)
    }

    /// Finds the route of a request, and judges the length of the body that its head announces.
    package func admit(_ request: inout Request) -> Admission {
        if !hosts.isSingle { request.router = hosts.router(for: request.authority) }
        hosts.routers[Int(request.router)].match(&request)
        guard request.head.hasBody else { return .run }
        let length = request.head.contentLength ?? 0
        guard request.route >= 0 else { return length > limits.body ? .refuse(.bodyTooLarge) : .run }
        let route = route(of: request)
        let limit = min(route.bodyLimit ?? .max, limits.body)
        if length > limit { return .refuse(.bodyTooLarge) }
        // A body that the handler does not want: the answer does not depend on it.
        if !route.wantsBody, case .now = route.handler { return .run }
        return .readBody(limit: limit)
    }

    private func route(of request: borrowing Request) -> Route {
        hosts.routers[Int(request.router)].route(request.route)
    }

    /// The answer of a refusal, in the words of the request's route.
    package func answer(_ refusal: Refusal, to request: borrowing Request) -> Response {
        refusal.response(for: request.route >= 0 ? route(of: request) : nil)
    }

    // MARK: - The handler

    /// What a request is answered with.
    package enum Outcome: ~Copyable {
        case answer(Response)
        /// Call this with the request and a responder.
        case handOver(@Sendable (consuming Request, Responder) -> Void)
        /// Call this with a responder.
        case later(@Sendable (Responder) -> Void)
        /// Send the answer; the connection is a WebSocket from then on.
        case webSocket(any WebSocket.Session, Response)
    }

    /// Runs the layers and the handler for a request whose body has come.
    ///
    /// `scratch` are empty notes, used again for each request that is answered at once.
    package func dispatch(
        _ request: inout Request, _ open: inout OpenExchange?, scratch: ExchangeNotes?
    ) -> Outcome {
        if !isWatched { return run(&request) }
        if let open {
            open.exchange.bytesIn = request.body.count
            if let response = askLayers(request, open) { return .answer(response) }
        }
        request.notes = open?.notes ?? scratch
        switch run(&request) {
        case .answer(let response):
            if open == nil, let scratch {
                if response.status.code >= 400 || scratch.amendsAnswer {
                    open = begin(request, scratch.take())
                } else {
                    scratch.clear()
                }
            }
            return .answer(response)
        case .handOver(let handler):
            if open == nil { open = begin(request) }
            request.notes = open?.notes
            return .handOver(handler)
        case .later(let start):
            if open == nil { open = begin(request, scratch?.take()) }
            request.notes = open?.notes
            return .later(start)
        case .webSocket(let session, let response):
            scratch?.clear()
            return .webSocket(session, response)
        }
    }

    @inline(__always)
    private func run(_ request: inout Request) -> Outcome {
        let router = Int(request.router)
        guard request.route >= 0 else { return .answer(hosts.routers[router].answerMiss(request)) }
        switch hosts.routers[router].handler(request.route) {
        case .now(let answer):
            return .answer(answer(request))
        case .later(let answer):
            return .handOver(answer)
        case .nowOrLater(let answer):
            switch answer(request) {
            case .now(let response): return .answer(response)
            case .later(let start): return .later(start)
            }
        case .webSocket(let accept, let otherwise):
            if let otherwise, !request.head.asksUpgrade { return .answer(otherwise(request)) }
            return WebSocket.answer(request, accept)
        }
    }

    // MARK: - Exchanges

    /// Opens the exchange of a request whose route is known.
    package func begin(_ request: borrowing Request, _ values: ExchangeNotes.Values? = nil) -> OpenExchange {
        var exchange = Exchange(of: request)
        exchange.bytesIn = request.body.count
        if request.route >= 0 {
            exchange.kind = route(of: request).kind
            exchange.pattern = route(of: request).pattern
        }
        return OpenExchange(exchange, ExchangeNotes(values ?? ExchangeNotes.Values()))
    }

    private func askLayers(_ request: borrowing Request, _ open: OpenExchange) -> Response? {
        for layer in layers {
            if case .answer(let response) = layer.before(&open.exchange, request) { return response }
        }
        return nil
    }

    /// Amends an answer that is about to be sent, and shows it to the layers.
    package func complete(_ open: OpenExchange, _ response: inout Response) {
        if let values = open.notes?.values {
            open.exchange.add(values)
            values.amend?(&response)
        }
        open.exchange.status = response.status.code
        for layer in layers { layer.after(&open.exchange, &response) }
    }

    /// The plan by which a message is sent, if a layer has one.
    func plan(for exchange: borrowing Exchange) -> MessagePlan? {
        for layer in layers {
            if let plan = layer.sending(exchange) { return plan }
        }
        return nil
    }

    /// Reports an exchange that has ended.
    package func finish(_ open: OpenExchange) {
        open.addNotes()
        report(open.exchange)
    }

    /// Reports an exchange that has ended and has all its notes.
    func report(_ exchange: Exchange) {
        for layer in layers { layer.finished(exchange) }
        if exchange.status < 400 { return }
        for layer in failureLayers { layer.finished(exchange) }
    }
}
