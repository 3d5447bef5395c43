/// Why nothing was fetched or sent. The one table of such reasons.
public enum OutboundError: Error, Hashable, Sendable {
    /// No URL, or one that is too long.
    case badURL
    /// Another scheme than http and https, in the URL or in a redirect.
    case scheme
    /// A user name or a password in the URL, or in a redirect's.
    case userInfo
    /// An address that the policy does not allow.
    case refusedAddress
    case unknownHost
    case cannotConnect
    /// No TLS came about.
    case tls
    /// The certificate is not of this host, has ended, or nobody known vouches for it.
    case certificate
    /// The certificates to trust cannot be read.
    case noAuthorities
    /// A time ran out.
    case time
    case tooLarge(limit: Int)
    case tooManyRedirects(limit: Int)
    /// The other side answered, but not with success.
    case status(Int)
    /// The answer is no HTTP, or not all of it came.
    case broken
    /// libcurl cannot be loaded, or is too old.
    case unavailable
    /// Too much is waiting to be fetched or sent.
    case full
    /// The program ends.
    case stopped
}

extension OutboundError: CustomStringConvertible {
    /// One line for whoever asked. It says nothing of the URL, in which there may be secrets.
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

    /// Whether the other side was there and said no.
    var isAnswer: Bool {
        if case .status = self { true } else { false }
    }

    /// Whether the same might go well later.
    public var mayPass: Bool {
        switch self {
        case .unknownHost, .cannotConnect, .tls, .time, .broken: true
        case .status(let status): status == 408 || status == 425 || status == 429 || status >= 500
        default: false
        }
    }
}
