import CShims
import Glibc

/// Where to listen or connect: an IPv4 or IPv6 address with a port, or the path of a Unix socket.
public struct SocketAddress: Sendable {
    /// The kernel's form; only the first `length` bytes count.
    private var storage: sockaddr_storage
    private var length: socklen_t

    /// The longest path a Unix socket can have.
    public static let longestPath = 107

    /// Where the path stands in `sockaddr_un`: behind the family.
    private static let pathOffset = MemoryLayout<sa_family_t>.size

    private init() {
        storage = sockaddr_storage()
        length = 0
    }

    /// The address of a Unix socket. Nothing if the path is empty or too long for the kernel.
    public init?(path: String) {
        self.init()
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= SocketAddress.longestPath, !bytes.contains(0) else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // `sun_path` has 108 bytes, all zero; at most 107 are overwritten.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        length = socklen_t(SocketAddress.pathOffset + bytes.count + 1)
        set(address)
    }

    /// A numeric IPv4 or IPv6 address (without brackets). The corresponding C function is `inet_pton`.
    public init?(host: String, port: UInt16) {
        self.init()
        var four = sockaddr_in()
        if unsafe inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            set(four)
            return
        }
        var six = sockaddr_in6()
        guard unsafe inet_pton(AF_INET6, host, &six.sin6_addr) == 1 else { return nil }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        set(six)
    }

    /// Every address that a host name stands for. The corresponding C function is `getaddrinfo`.
    public static func resolve(_ host: String, port: UInt16) -> [SocketAddress] {
        if let numeric = SocketAddress(host: host, port: port) { return [numeric] }
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, "\(port)", &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = unsafe list
        // The list is the C library's until it is freed; every entry's address has the length that it states.
        while let entry = unsafe next?.pointee {
            var address = SocketAddress()
            unsafe withUnsafeMutableBytes(of: &address.storage) {
                unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen)))
            }
            address.length = unsafe entry.ai_addrlen
            found.append(address)
            unsafe next = entry.ai_next
        }
        return found
    }

    private mutating func set<Address>(_ address: Address) {
        // Each of the kernel's forms is smaller than the storage meant for all of them.
        unsafe withUnsafeMutableBytes(of: &storage) { room in
            unsafe withUnsafeBytes(of: address) { unsafe room.copyMemory(from: $0) }
        }
    }

    var family: CInt { CInt(storage.ss_family) }

    public var isUnix: Bool { family == AF_UNIX }

    /// Hands the kernel's form to a system call.
    func withKernelForm<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        // `sockaddr` is the common head of what the storage holds.
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }

    /// Lets a system call fill in an address.
    static func filled(by call: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> CInt) -> SocketAddress? {
        var address = SocketAddress()
        address.length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var length = address.length
        let result = unsafe withUnsafeMutablePointer(to: &address.storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, &length) }
        }
        address.length = length
        return result == 0 ? address : nil
    }

    /// Reads the storage as one of the kernel's forms.
    private func read<Address>(as form: Address.Type) -> Address {
        unsafe withUnsafeBytes(of: storage) { unsafe $0.load(as: form) }
    }

    /// The port; zero for a Unix socket.
    public var port: UInt16 {
        switch family {
        case AF_INET: read(as: sockaddr_in.self).sin_port.byteSwapped
        case AF_INET6: read(as: sockaddr_in6.self).sin6_port.byteSwapped
        default: 0
        }
    }

    /// The path of a Unix socket that has one.
    public var path: String? {
        guard isUnix else { return nil }
        let head = SocketAddress.pathOffset
        return unsafe withUnsafeBytes(of: storage) { bytes in
            let path = unsafe bytes[min(head, Int(length))..<Int(length)].prefix { $0 != 0 }
            return unsafe String(decoding: path, as: UTF8.self)
        }
    }

    /// The numeric host without a port; empty for a Unix socket. The corresponding C function is `inet_ntop`.
    public var host: String {
        let form = family
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { room in
            let text: UnsafePointer<CChar>?
            switch form {
            case AF_INET:
                let address = read(as: sockaddr_in.self)
                unsafe text = withUnsafePointer(to: address.sin_addr) {
                    unsafe inet_ntop(AF_INET, $0, room.baseAddress, socklen_t(room.count))
                }
            case AF_INET6:
                let address = read(as: sockaddr_in6.self)
                unsafe text = withUnsafePointer(to: address.sin6_addr) {
                    unsafe inet_ntop(AF_INET6, $0, room.baseAddress, socklen_t(room.count))
                }
            default: return ""
            }
            return unsafe text.map { unsafe String(cString: $0) } ?? ""
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `127.0.0.1:4880`, `[::1]:4880` or `unix:/run/outpaint.sock`.
    public var description: String {
        switch family {
        case AF_INET: "\(host):\(port)"
        case AF_INET6: "[\(host)]:\(port)"
        default: "unix:\(path ?? "")"
        }
    }
}
