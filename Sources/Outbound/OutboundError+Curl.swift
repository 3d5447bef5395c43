import CCurl

extension OutboundError {
    /// libcurl's reason in our words; `url` is the one that was reached.
    init(_ code: CURLcode, _ hearing: Hearing, _ limits: Limits, status: Int, url: String) {
        self =
            switch code {
            case CURLE_URL_MALFORMAT: .badURL
            // Said of an answer that is no HTTP as well.
            case CURLE_UNSUPPORTED_PROTOCOL: url.lowercased().hasPrefix("http") ? .broken : .scheme
            case CURLE_LOGIN_DENIED: .userInfo
            case CURLE_COULDNT_RESOLVE_HOST: .unknownHost
            case CURLE_COULDNT_CONNECT: hearing.hasRefused ? .refusedAddress : .cannotConnect
            case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: .tls
            case CURLE_PEER_FAILED_VERIFICATION: .certificate
            case CURLE_SSL_CACERT_BADFILE: .noAuthorities
            case CURLE_OPERATION_TIMEDOUT: .time
            case CURLE_FILESIZE_EXCEEDED: .tooLarge(limit: limits.bytes)
            case CURLE_WRITE_ERROR: hearing.isTooLarge ? .tooLarge(limit: limits.bytes) : .broken
            case CURLE_TOO_MANY_REDIRECTS: .tooManyRedirects(limit: limits.redirects)
            case CURLE_HTTP_RETURNED_ERROR: .status(status)
            case CURLE_ABORTED_BY_CALLBACK: .stopped
            // An option that this version of libcurl does not know, or was built without.
            case CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN, CURLE_BAD_FUNCTION_ARGUMENT: .unavailable
            default: .broken
            }
    }
}
