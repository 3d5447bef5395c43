import Bytes
import Net

public enum WebSocketAcceptance: ~Copyable, Sendable { case refuse(Response) }
final class WebSocketConnection { var isCongested = false }
extension Connection {
    func upgrade(_ request: borrowing Request, _ accept: (borrowing Request) -> WebSocketAcceptance) {}
    func takeFrames(_ buffer: inout ByteBuffer, from start: Int) -> Int { buffer.count }
    func webSocketExpired() {}
    func webSocketDrained() {}
    func webSocketClosed() {}
    func webSocketStop() {}
}
