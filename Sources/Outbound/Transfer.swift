import Bytes
import CCurl
import CShims

/// One use of libcurl, with everything off that was not asked for.
@safe
struct Transfer: ~Copyable {
    // Ours alone until `deinit`.
    private let handle: OpaquePointer
    private let limits: Limits
    /// The first option that was not taken. Nothing is transferred then: a guard might be missing.
    private var failure = CURLE_OK

    init(_ url: String, _ settings: Settings, _ limits: Limits) throws(OutboundError) {
        try Transfer.check(url)
        guard let handle = unsafe outpaint_transfer_open() else { throw .unavailable }
        unsafe self.handle = handle
        self.limits = limits
        set(CURLOPT_URL, url)
        // For redirects too.
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // Passwords in URLs end in logs and histories, and hide where a URL really leads.
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        // Through a proxy, its address would be all that can be checked.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_USERAGENT, settings.userAgent)
        set(CURLOPT_FAILONERROR, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, limits.connectTime.milliseconds)
        set(CURLOPT_TIMEOUT_MS, limits.totalTime.milliseconds)
        // No signals in a program of threads, which ignores SIGPIPE itself; and no wait for a look-up that nobody wants any more.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)
        if let file = settings.authorities { set(CURLOPT_CAINFO, file) }
        if !settings.checksCertificates {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    deinit { unsafe outpaint_transfer_close(handle) }

    /// libcurl guesses what is missing in a URL and overlooks what is too much; nothing is to be guessed here.
    private static func check(_ url: String) throws(OutboundError) {
        guard url.utf8.count <= Limits.urlBytes, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw .badURL }
        guard let colon = url.firstIndex(of: ":") else { throw .badURL }
        guard ["http", "https"].contains(url[..<colon].lowercased()) else { throw .scheme }
        guard url[colon...].hasPrefix("://"), !url[colon...].hasPrefix(":///") else { throw .badURL }
    }

    /// Fetches what is at the URL into the hearing's body; gives the status.
    mutating func fetch(_ hearing: Hearing) throws(OutboundError) -> Int {
        set(CURLOPT_FOLLOWLOCATION, 1)
        set(CURLOPT_MAXREDIRS, limits.redirects)
        note(unsafe outpaint_transfer_set_size(handle, CURLOPT_MAXFILESIZE_LARGE.rawValue, Int64(limits.bytes)))
        return try run(hearing)
    }

    /// Sends a message to the URL and to nowhere else; gives the status.
    mutating func send(_ message: Message, _ hearing: Hearing) throws(OutboundError) -> Int {
        set(CURLOPT_CUSTOMREQUEST, message.kind.method)
        for field in message.fields { add(field.line) }
        // Nobody is asked first whether a large body is welcome: most would be waited for in vain.
        add("expect:")
        let body = message.body
        // The bytes do not move and are kept by `body` until the transfer is over.
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
        // The hearing outlives the call, and nobody else uses the handle.
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

    /// Something that is known after a transfer.
    borrowing func text(_ info: CURLINFO) -> String? {
        // The text is the handle's own and is copied at once.
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

extension Duration {
    /// Rounded up, so that what is allowed stays so.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
