import Bytes
import Glibc

/// One question over a plain socket, with nothing but system calls: it also runs where there is no shell and no curl.
enum HealthProbe {
    /// Why there was no good answer, in a few words.
    struct Failure: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }

        /// The words of the system for an error number.
        init(_ doing: String, _ code: Int32) {
            // `strerror` never returns null on Linux, and this thread alone reads its text.
            reason = "\(doing): \(unsafe String(cString: strerror(code)))"
        }
    }

    /// Returns where the answer has status 200 and comes in time.
    static func run(_ url: HealthURL, timeout: Duration) throws(Failure) {
        let watch = Stopwatch()
        let left = { () throws(Failure) -> Int32 in
            let rest = timeout - watch.elapsed
            guard rest > .zero else { throw Failure("no answer within \(Time.show(timeout))") }
            return Int32(clamping: rest.milliseconds + 1)
        }
        let socket = try open(url.address)
        defer { close(socket) }
        try connect(socket, url.address, left)
        try send(socket, request(url), left)
        let status = try receiveStatus(socket, left)
        guard status == 200 else { throw Failure("it answered with status \(status)") }
    }

    private static func request(_ url: HealthURL) -> String {
        let host =
            switch url.address {
            case .tcp: url.address.description
            case .unix: "localhost"
            }
        return
            "GET \(url.path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: outpaint/\(version)\r\nConnection: close\r\n\r\n"
    }

    private static func open(_ address: ListenAddress) throws(Failure) -> Int32 {
        let family =
            switch address {
            case .tcp(let host, _): host.contains(":") ? AF_INET6 : AF_INET
            case .unix: AF_UNIX
            }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(family, kind, 0)
        let code = errno
        guard socket >= 0 else { throw Failure("no socket", code) }
        return socket
    }

    private static func connect(
        _ socket: Int32, _ address: ListenAddress, _ left: () throws(Failure) -> Int32
    ) throws(Failure) {
        // The pointer is good for the call it is handed to.
        let result = unsafe address.withSocketAddress { pointer, length in unsafe Glibc.connect(socket, pointer, length)
        }
        var code = errno
        if result == 0 { return }
        if code == EINPROGRESS {
            try wait(socket, POLLOUT, left)
            code = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            // The kernel writes at most `size` bytes into `code`.
            unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
        }
        guard code == 0 else { throw Failure("no connection", code) }
    }

    private static func send(
        _ socket: Int32, _ text: String, _ left: () throws(Failure) -> Int32
    ) throws(Failure) {
        let bytes = ByteBuffer(text)
        var done = 0
        while done < bytes.count {
            // `done` stays below `count`, so the address is inside the buffer.
            let sent = unsafe bytes.bytes.withUnsafeBytes { raw in
                unsafe Glibc.send(
                    socket, raw.baseAddress.unsafelyUnwrapped + done, raw.count - done, Int32(MSG_NOSIGNAL))
            }
            let code = errno
            if sent > 0 {
                done += sent
            } else if code == EAGAIN {
                try wait(socket, POLLOUT, left)
            } else if code != EINTR {
                throw Failure("it does not listen to us", code)
            }
        }
    }

    /// The status of `HTTP/1.1 200 …` (RFC 9112, section 4).
    private static func receiveStatus(
        _ socket: Int32, _ left: () throws(Failure) -> Int32
    ) throws(Failure) -> Int {
        var answer = ByteBuffer()
        while answer.count < 13 {
            var count = 0
            // The room is good for the call and as large as it says.
            _ = unsafe answer.fill(upTo: 512) { room in
                count = unsafe recv(socket, room.baseAddress, room.count, 0)
                return max(0, count)
            }
            let code = errno
            if count == 0 { throw Failure("it closed the connection without an answer") }
            if count < 0, code == EAGAIN {
                try wait(socket, POLLIN, left)
            } else if count < 0, code != EINTR {
                throw Failure("no answer", code)
            }
        }
        let line = answer.bytes.extracting(0..<13).text
        guard line.hasPrefix("HTTP/1.1 ") || line.hasPrefix("HTTP/1.0 "), line.hasSuffix(" "),
            let status = wholeNumber(line.dropFirst(9).dropLast())
        else { throw Failure("it does not speak HTTP") }
        return status
    }

    private static func wait(
        _ socket: Int32, _ event: Int32, _ left: () throws(Failure) -> Int32
    ) throws(Failure) {
        var state = pollfd(fd: socket, events: Int16(event), revents: 0)
        // The kernel writes into this one entry and returns; an interrupt or the time being over shows next time around.
        while unsafe poll(&state, 1, try left()) <= 0 {}
    }
}

extension ListenAddress {
    /// The address in the form the kernel takes it.
    func withSocketAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        switch self {
        case .tcp(let host, let port) where host.contains(":"):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = in_port_t(port).bigEndian
            unsafe inet_pton(AF_INET6, host, &address.sin6_addr)
            return unsafe pass(&address, MemoryLayout<sockaddr_in6>.size, body)
        case .tcp(let host, let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            unsafe inet_pton(AF_INET, host, &address.sin_addr)
            return unsafe pass(&address, MemoryLayout<sockaddr_in>.size, body)
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            // A path is at most 107 bytes (`init?`), so the last byte of the field stays zero.
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
            return unsafe pass(&address, MemoryLayout<sockaddr_un>.size, body)
        }
    }

    /// Every kind of address begins like `sockaddr`, and the kernel goes by its family and length.
    private func pass<Address>(
        _ address: inout Address, _ size: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(size)) }
        }
    }
}
