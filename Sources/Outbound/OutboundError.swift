/// Why a fetch or a message failed.
public enum OutboundError: Error, Hashable, Sendable {
    /// Not a URL, or too long.
    case badURL
    /// A scheme other than http and https, in the URL or in a redirect.
    case scheme
    /// A user name or a password in the URL or in a redirect.
    case userInfo
    /// An address that the policy forbids.
    case refusedAddress
    case unknownHost
    case cannotConnect
    /// The TLS handshake failed.
    case tls
    /// The certificate is for another host, has expired, or is not signed by a trusted authority.
    case certificate
    /// The file of trusted certificates cannot be read.
    case noAuthorities
    /// A time limit was exceeded.
    case time
    case tooLarge(limit: Int)
    case tooManyRedirects(limit: Int)
    /// The server answered with a status other than success.
    case status(Int)
    /// The answer is not HTTP, or is incomplete.
    case broken
    /// libcurl cannot be loaded, or is too old.
    case unavailable
    /// Too many transfers are waiting.
    case full
    /// The program is shutting down.
    case stopped
}

extension OutboundError: CustomStringConvertible {
    /// One line for the client. It does not contain the URL, which may include secrets.
    public var description: String {
        switch self {
        case .badURL: "the URL is not valid"
        case .scheme: "only http and https URLs are fetched"
        case .userInfo: "a URL must not hold a user name or a password"
        case .refusedAddress: "the URL leads to an address that is not allowed"
        case .unknownHost: "the URL's host cannot be found"
        case .cannotConnect: "the URL's host cannot be reached"
        case .tls: "no secure connection to the URL's host came about"
        case .certificate: "the certificate of the URL's host is not trusted"
        case .noAuthorities:
            "the file of trusted certificates cannot be read; Debian's are in the package ca-certificates"
        case .time: "the URL's host took too long"
        case .tooLarge(let limit): "there are more than the \(limit) bytes allowed at the URL"
        case .tooManyRedirects(let limit): "the URL redirects more often than the \(limit) times allowed"
        case .status(let status): "the URL's host answered with status \(status)"
        case .broken: "the answer of the URL's host is broken"
        case .unavailable: "libcurl.so.4 is missing or too old; Debian has it in the package libcurl4"
        case .full: "too many transfers are waiting"
        case .stopped: "the server is stopping"
        }
    }

    /// Whether the server answered with an error.
    public var isAnswer: Bool {
        if case .status = self { true } else { false }
    }

    /// Whether a retry may succeed.
    public var mayPass: Bool {
        switch self {
        case .unknownHost, .cannotConnect, .tls, .time, .broken: true
        case .status(let status): status == 408 || status == 425 || status == 429 || status >= 500
        default: false
        }
    }
}
