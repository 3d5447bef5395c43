import CCurl

extension OutboundError {
    /// Translates a libcurl error; `url` is the URL that was reached.
    init(_ code: CURLcode, _ hearing: Hearing, _ limits: Limits, status: Int, url: String) {
        self =
            switch code {
            case CURLE_URL_MALFORMAT: .badURL
            // libcurl also returns this code for an answer that is not HTTP.
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
            // This version of libcurl does not support an option, or was built without it.
            case CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN, CURLE_BAD_FUNCTION_ARGUMENT: .unavailable
            default: .broken
            }
    }
}
