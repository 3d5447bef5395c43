import Bytes

extension WebSocket {
    /// Answers a request for a WebSocket. RFC 6455, 4.2.
    static func answer(
        _ request: borrowing Request, _ accept: (borrowing Request) -> Acceptance
    ) -> Dispatcher.Outcome {
        let protocols = request.joined("sec-websocket-protocol")
        let hasProtocols = request.field("sec-websocket-protocol") != nil
        let upgrade = request.joined("upgrade")
        let connection = request.joined("connection")
        let version = request.joined("sec-websocket-version")
        let key = request.joined("sec-websocket-key")
        let handshake = Handshake(
            isGet: request.method == .get, isHTTP11: request.head.minorVersion > 0, upgrade: upgrade.bytes,
            connection: connection.bytes, version: version.bytes, key: key.bytes,
            protocols: hasProtocols ? protocols.bytes : nil)
        switch handshake.answer() {
        case .badRequest(let reason):
            return .answer(.json(.badRequest, ByteBuffer("{\"detail\":\"\(reason)\"}")))
        case .upgradeRequired:
            var response = Response.json(.upgradeRequired, ByteBuffer(#"{"detail":"Upgrade Required"}"#))
            response.add("upgrade", "websocket")
            response.add("sec-websocket-version", "13")
            return .answer(response)
        case .switching:
            switch accept(request) {
            case .refuse(let response):
                return .answer(response)
            case .accept(let session, let spoken):
                guard case .switching(let accept, let chosen) = handshake.answer(subprotocols: spoken) else {
                    return .answer(Response(.badRequest))
                }
                return .webSocket(session, switching(accept, subprotocol: chosen))
            }
        }
    }

    private static func switching(_ accept: String, subprotocol: String?) -> Response {
        var response = Response(.switchingProtocols)
        response.add("upgrade", "websocket")
        response.add("connection", "Upgrade")
        response.add("sec-websocket-accept", accept)
        if let subprotocol { response.add("sec-websocket-protocol", subprotocol) }
        return response
    }
}

extension Request {
    /// The values of all fields of a name (in lower case), joined by commas; empty if there are none. RFC 9110, 5.3.
    fileprivate borrowing func joined(_ name: StaticString) -> ByteBuffer {
        var joined = ByteBuffer()
        forEachField { field, value in
            guard field.equalsIgnoringCase(name) else { return }
            if !joined.isEmpty { joined.append(", ") }
            joined.append(value)
        }
        return joined
    }
}
