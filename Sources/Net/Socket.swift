import CShims
import Glibc
public import System

/// The calls of the socket family.
enum Socket {
    /// A non-blocking stream socket of the address's family. The corresponding C function is `socket`.
    static func stream(for address: SocketAddress) throws(Errno) -> Descriptor {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return Descriptor(owning: try Syscall.repeating { Glibc.socket(address.family, kind, 0) })
    }

    /// Sets an option that is on or off. The corresponding C function is `setsockopt`.
    static func enable(_ number: CInt, _ level: CInt, _ option: CInt) {
        var on: CInt = 1
        // Options only tune; a kernel that lacks one serves without it.
        _ = unsafe setsockopt(number, level, option, &on, socklen_t(MemoryLayout<CInt>.size))
    }
}

extension Descriptor {
    /// A listening socket. The corresponding C functions are `bind` and `listen`.
    ///
    /// The file of a Unix socket without a listener is replaced; one in use is not.
    public static func listening(at address: SocketAddress, backlog: CInt = 1024) throws(Errno) -> Descriptor {
        let socket = try Socket.stream(for: address)
        let number = socket.number
        if let path = address.path {
            if !isAnswered(address) { removeSocketFile(path) }
        } else {
            Socket.enable(number, SOL_SOCKET, SO_REUSEADDR)
            if address.family == AF_INET6 { Socket.enable(number, CInt(IPPROTO_IPV6), IPV6_V6ONLY) }
        }
        _ = try Syscall.repeating { unsafe address.withKernelForm { unsafe Glibc.bind(number, $0, $1) } }
        _ = try Syscall.repeating { Glibc.listen(number, backlog) }
        return socket
    }

    private static func isAnswered(_ address: SocketAddress) -> Bool {
        do {
            _ = try connecting(to: address)
            return true
        } catch {
            // Only these errors mean that there is no listener: one whose backlog is full gives another.
            return error != .connectionRefused && error != .noSuchFile
        }
    }

    /// A socket on its way to be connected. The corresponding C function is `connect`.
    public static func connecting(to address: SocketAddress) throws(Errno) -> Descriptor {
        let socket = try Socket.stream(for: address)
        let number = socket.number
        do {
            _ = try Syscall.repeating { unsafe address.withKernelForm { unsafe Glibc.connect(number, $0, $1) } }
        } catch {
            guard error.number == EINPROGRESS else { throw error }
        }
        return socket
    }

    /// Removes the file of a Unix socket, and nothing that is not a socket. The corresponding C function is `unlink`.
    public static func removeSocketFile(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        _ = unsafe unlink(path)
    }

    /// The address this end is bound to. The corresponding C function is `getsockname`.
    public borrowing func localAddress() -> SocketAddress? {
        let number = number
        return unsafe SocketAddress.filled { unsafe getsockname(number, $0, &$1) }
    }

    /// The address of the other end. The corresponding C function is `getpeername`.
    public borrowing func peerAddress() -> SocketAddress? {
        let number = number
        return unsafe SocketAddress.filled { unsafe getpeername(number, $0, &$1) }
    }

    /// The next waiting connection, if there is one. The corresponding C function is `accept4`.
    public borrowing func accept() throws(Errno) -> Descriptor? {
        let number = number
        do {
            let accepted = try Syscall.repeating {
                outpaint_accept4(number, CInt(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
            }
            return Descriptor(owning: accepted)
        } catch {
            if error == .wouldBlock { return nil }
            throw error
        }
    }

    /// The error that the socket has met since it was last asked, such as why it could not connect. The corresponding C
    /// function is `getsockopt`.
    public borrowing func takeError() -> Errno? {
        var code: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        // The kernel writes at most `size` bytes into `code`.
        _ = unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size)
        return code == 0 ? nil : Errno(code)
    }

    /// How much of what was sent the peer's side has not acknowledged yet. The corresponding C function is `ioctl`.
    public borrowing func unacknowledged() -> Int { Int(outpaint_unsent_bytes(number)) }

    /// Sends small answers at once instead of waiting for more. The corresponding C function is `setsockopt`.
    public borrowing func sendWithoutDelay() {
        Socket.enable(number, CInt(IPPROTO_TCP), TCP_NODELAY)
    }

    /// Has the connection reset when the descriptor is closed; what the peer has not received yet is lost. The corresponding C
    /// function is `setsockopt` with `SO_LINGER`.
    public borrowing func resetAtClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        // The kernel copies the option. Where it cannot be set, the connection is closed in order.
        _ = unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Whether received bytes wait to be read. The corresponding C function is `recv`.
    public var hasInput: Bool {
        borrowing get {
            var byte: UInt8 = 0
            // The kernel writes at most the one byte, and keeps it for the next call too.
            return unsafe Glibc.recv(number, &byte, 1, CInt(MSG_PEEK | MSG_DONTWAIT)) > 0
        }
    }

    /// Waits until the descriptor is ready for reading or writing; false after `milliseconds`. For short blocking clients; loops use epoll. The corresponding
    /// C function is `poll`.
    public borrowing func wait(for interest: Readiness, milliseconds: CInt) -> Bool {
        var entry = pollfd(fd: number, events: 0, revents: 0)
        if interest.contains(.readable) { entry.events |= CShort(POLLIN) }
        if interest.contains(.writable) { entry.events |= CShort(POLLOUT) }
        while true {
            let count = unsafe poll(&entry, 1, milliseconds)
            if count >= 0 { return count > 0 }
            if Errno.current != .interrupted { return false }
        }
    }

    /// A descriptor of nothing, held to be given up when there are no others left. The corresponding C function is `open`.
    public static func spare() throws(Errno) -> Descriptor {
        Descriptor(owning: try Syscall.repeating { unsafe Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC) })
    }
}
