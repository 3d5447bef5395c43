import Bytes
import CCurl
import CShims
import Time

/// A libcurl handle for one transfer, with every feature off that is not needed.
@safe
struct Transfer: ~Copyable {
    // Used by nothing else until `deinit`.
    private let handle: OpaquePointer
    private let limits: Limits
    /// The first option that libcurl refused. Nothing is transferred then, since a security option might be missing.
    private var failure = CURLE_OK

    init(_ url: String, _ settings: Settings, _ limits: Limits) throws(OutboundError) {
        try Transfer.check(url)
        guard let handle = unsafe outpaint_transfer_open() else { throw .unavailable }
        unsafe self.handle = handle
        self.limits = limits
        set(CURLOPT_URL, url)
        // This applies to redirects too.
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // Passwords in URLs end up in logs and histories, and obscure the actual host.
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        // With a proxy, only the proxy's address could be checked.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_USERAGENT, settings.userAgent)
        set(CURLOPT_FAILONERROR, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, limits.connectTime.millisecondsRoundedUp)
        set(CURLOPT_TIMEOUT_MS, limits.totalTime.millisecondsRoundedUp)
        // Signals are unsafe in a multithreaded program, which ignores SIGPIPE itself. Abandoned name look-ups are not
        // waited for.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)
        if let file = settings.authorities { set(CURLOPT_CAINFO, file) }
        if !settings.checksCertificates {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    deinit { unsafe outpaint_transfer_close(handle) }

    /// Checks the URL strictly, because libcurl guesses missing parts and ignores surplus ones.
    private static func check(_ url: String) throws(OutboundError) {
        guard url.utf8.count <= Limits.urlBytes, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw .badURL }
        guard let colon = url.firstIndex(of: ":") else { throw .badURL }
        guard ["http", "https"].contains(url[..<colon].lowercased()) else { throw .scheme }
        guard url[colon...].hasPrefix("://"), !url[colon...].hasPrefix(":///") else { throw .badURL }
    }

    /// Fetches the URL into the delegate's body and returns the status.
    mutating func fetch(_ hearing: Hearing) throws(OutboundError) -> Int {
        set(CURLOPT_FOLLOWLOCATION, 1)
        set(CURLOPT_MAXREDIRS, limits.redirects)
        note(unsafe outpaint_transfer_set_size(handle, CURLOPT_MAXFILESIZE_LARGE.rawValue, Int64(limits.bytes)))
        return try run(hearing)
    }

    /// Sends a message to the URL, without following redirects, and returns the status.
    mutating func send(_ message: Message, _ hearing: Hearing) throws(OutboundError) -> Int {
        set(CURLOPT_CUSTOMREQUEST, message.kind.method)
        for field in message.fields { add(field.line) }
        // Disables `Expect: 100-continue`, which most servers leave unanswered.
        add("expect:")
        let body = message.body
        // The bytes do not move, and `body` retains them until the transfer is over.
        note(
            unsafe body.bytes.withUnsafeBufferPointer {
                unsafe outpaint_transfer_set_body(handle, $0.baseAddress, $0.count)
            })
        defer { withExtendedLifetime(body) {} }
        return try run(hearing)
    }

    private borrowing func run(_ hearing: Hearing) throws(OutboundError) -> Int {
        guard failure == CURLE_OK else { throw .unavailable }
        guard hearing.goesOn else { throw .stopped }
        var questions = unsafe hearing.questions
        // The delegate outlives the call, and nothing else uses the handle.
        let code = unsafe CURLcode(outpaint_transfer_run(handle, &questions))
        withExtendedLifetime(hearing) {}
        let status = unsafe outpaint_transfer_number(handle, CURLINFO_RESPONSE_CODE.rawValue)
        let isSuccess = (200..<300).contains(status)
        if code == CURLE_OK || code == CURLE_WRITE_ERROR && hearing.hasHeardEnough && isSuccess {
            guard isSuccess else { throw .status(status) }
            return status
        }
        throw OutboundError(code, hearing, limits, status: status, url: text(CURLINFO_EFFECTIVE_URL) ?? "")
    }

    /// A text that libcurl reports after a transfer.
    borrowing func text(_ info: CURLINFO) -> String? {
        // The handle owns the text, so it is copied immediately.
        unsafe outpaint_transfer_text(handle, info.rawValue).map { unsafe String(cString: $0) }
    }

    // MARK: - Options

    private mutating func set(_ option: CURLoption, _ value: Int) {
        note(unsafe outpaint_transfer_set_number(handle, option.rawValue, value))
    }

    private mutating func set(_ option: CURLoption, _ value: String) {
        note(unsafe outpaint_transfer_set_text(handle, option.rawValue, value))
    }

    private mutating func add(_ line: String) { note(unsafe outpaint_transfer_add_field(handle, line)) }

    private mutating func note(_ code: UInt32) {
        if failure == CURLE_OK { failure = CURLcode(code) }
    }
}
