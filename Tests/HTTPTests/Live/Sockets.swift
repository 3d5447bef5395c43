import Bytes
import HTTP
import Net
import Synchronization
import System
import TestSupport

/// Says back whatever it hears.
final class Echo: WebSocket.Session {
    private let socket = Locked<WebSocket.Socket?>(nil)

    func opened(_ socket: WebSocket.Socket) { self.socket.withLock { $0 = socket } }

    func received(_ message: consuming Body, isText: Bool) {
        guard let socket = socket.withLock({ $0 }) else { return }
        let buffer = message.takeBuffer()
        if isText { socket.send(text: buffer) } else { socket.send(binary: buffer) }
    }
}

/// Hears a few messages at a time, and says of each how many it has heard.
final class PausingSession: WebSocket.Session {
    private let state = Locked((socket: WebSocket.Socket?.none, heard: 0))
    static let most = 3

    var heard: Int { state.withLock { $0.heard } }
    var socket: WebSocket.Socket? { state.withLock { $0.socket } }

    func opened(_ socket: WebSocket.Socket) { state.withLock { $0.socket = socket } }

    func received(_ message: consuming Body, isText: Bool) {
        let (socket, heard) = state.withLock { state in
            state.heard += 1
            return (state.socket, state.heard)
        }
        if heard % PausingSession.most == 0 { socket?.pause() }
        socket?.send(text: message.takeBuffer())
    }
}

/// The sockets that are open, for a test to speak through, and what has become of those that were.
final class SocketHub: Sendable {
    private let state = Locked(State())

    private struct State {
        var sockets: [WebSocket.Socket] = []
        var closed: [WebSocket.CloseCode?] = []
        var heard = 0
        var drained = 0
        var pongs: [[UInt8]] = []
    }

    var sockets: [WebSocket.Socket] { state.withLock { $0.sockets } }
    var closed: [WebSocket.CloseCode?] { state.withLock { $0.closed } }
    var heard: Int { state.withLock { $0.heard } }
    var drained: Int { state.withLock { $0.drained } }
    var pongs: [[UInt8]] { state.withLock { $0.pongs } }

    /// Hears of a socket, and passes what one says on to all.
    final class Member: WebSocket.Session {
        private let hub: SocketHub
        private let passesOn: Bool

        init(_ hub: SocketHub, passesOn: Bool) { (self.hub, self.passesOn) = (hub, passesOn) }

        func opened(_ socket: WebSocket.Socket) { hub.state.withLock { $0.sockets.append(socket) } }

        func received(_ message: consuming Body, isText: Bool) {
            hub.state.withLock { $0.heard += 1 }
            if !passesOn { return }
            let shared = StoredContent.bytes(SharedBytes(message.takeBuffer()))
            for socket in hub.sockets { socket.send(text: shared) }
        }

        func ponged(_ payload: Span<UInt8>) {
            let bytes = payload.indices.map { payload[$0] }
            hub.state.withLock { $0.pongs.append(bytes) }
        }

        func drained() { hub.state.withLock { $0.drained += 1 } }
        func closed(_ code: WebSocket.CloseCode?) { hub.state.withLock { $0.closed.append(code) } }
    }
}

func conversations(_ hub: SocketHub = SocketHub(), _ slow: PausingSession = PausingSession()) -> Router {
    Router([
        Route([.get], "/slow", .webSocket { _ in .accept(slow) }),
        Route([.get], "/echo", .webSocket { _ in .accept(Echo()) }),
        Route([.get], "/listen", .webSocket { _ in .accept(SocketHub.Member(hub, passesOn: false)) }),
        Route([.get], "/all", .webSocket { _ in .accept(SocketHub.Member(hub, passesOn: true)) }),
        Route([.get], "/spoken", .webSocket { _ in .accept(Echo(), subprotocols: ["b", "c"]) }),
        Route([.get], "/closed", .webSocket { _ in .refuse(.text(Status(401), "not you")) }),
        .get("/quick") { _ in answer("quick") },
    ])
}
