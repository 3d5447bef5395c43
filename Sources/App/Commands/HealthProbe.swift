import Bytes
import Net
import System
import Time

/// A single HTTP request over a plain socket, using only system calls. It also works in containers without a shell or
/// curl.
struct HealthProbe {
    /// A short reason for the failure.
    struct Failure: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }

        init(_ doing: String, _ error: Errno) { reason = "\(doing): \(error)" }
    }

    private let url: HealthURL
    private let timeout: Interval
    private let end: Ticks

    /// Returns if the server answers with status 200 within the timeout.
    static func run(_ url: HealthURL, timeout: Interval) throws(Failure) {
        try HealthProbe(url, timeout).run()
    }

    private init(_ url: HealthURL, _ timeout: Interval) {
        self.url = url
        self.timeout = timeout
        end = Ticks.now + timeout
    }

    private func run() throws(Failure) {
        let socket = try connect()
        try send(request, over: socket)
        let status = try receiveStatus(socket)
        guard status == 200 else { throw Failure("it answered with status \(status)") }
    }

    private var request: String {
        let host =
            switch url.address {
            case .tcp: url.address.description
            case .unix: "localhost"
            }
        return
            "GET \(url.path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: outpaint/\(version)\r\nConnection: close\r\n\r\n"
    }

    private func connect() throws(Failure) -> Descriptor {
        guard let address = url.address.kernelAddresses.first else { throw Failure("there is no such address") }
        let socket = try open(address)
        try wait(socket, .writable)
        if let error = socket.takeError() { throw Failure("no connection", error) }
        return socket
    }

    private func open(_ address: SocketAddress) throws(Failure) -> Descriptor {
        do throws(Errno) {
            return try Descriptor.connecting(to: address)
        } catch {
            throw Failure("no connection", error)
        }
    }

    private func send(_ text: String, over socket: borrowing Descriptor) throws(Failure) {
        let bytes = ByteBuffer(text)
        var done = 0
        while done < bytes.count {
            switch try attempt(
                "it does not listen to us",
                { () throws(Errno) in
                    try socket.send(bytes.bytes.extracting(done...))
                })
            {
            case .bytes(let count): done += count
            case .wouldBlock: try wait(socket, .writable)
            case .end: throw Failure("it does not listen to us")
            }
        }
    }

    /// The status of `HTTP/1.1 200 …` (RFC 9112, section 4).
    private func receiveStatus(_ socket: borrowing Descriptor) throws(Failure) -> Int {
        var answer = ByteBuffer()
        while answer.count < 13 {
            switch try attempt("no answer", { () throws(Errno) in try socket.receive(into: &answer, upTo: 512) }) {
            case .bytes: break
            case .wouldBlock: try wait(socket, .readable)
            case .end: throw Failure("it closed the connection without an answer")
            }
        }
        let line = answer.bytes.extracting(0..<13).text
        guard line.hasPrefix("HTTP/1.1 ") || line.hasPrefix("HTTP/1.0 "), line.hasSuffix(" "),
            let status = wholeNumber(line.dropFirst(9).dropLast())
        else { throw Failure("it does not speak HTTP") }
        return status
    }

    private func attempt(_ doing: String, _ call: () throws(Errno) -> Transfer) throws(Failure) -> Transfer {
        do throws(Errno) {
            return try call()
        } catch {
            throw Failure(doing, error)
        }
    }

    private func wait(_ socket: borrowing Descriptor, _ interest: Readiness) throws(Failure) {
        let left = (end - Ticks.now).millisecondsRoundedUp
        guard left > 0, socket.wait(for: interest, milliseconds: Int32(clamping: left)) else {
            throw Failure("no answer within \(timeout)")
        }
    }
}
