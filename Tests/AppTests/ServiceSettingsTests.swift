import HTTP
import TestSupport
import Testing

@testable import App

/// The settings of the emulated services.
@Suite struct ServiceSettingsTests {
    private static func read(_ arguments: [String]) throws -> Configuration {
        try Configuration.read(.serve, arguments, [:]).values
    }

    /// All values of the configuration, one per line.
    private static func lines(_ configuration: Configuration) -> Set<String> {
        var text = ""
        dump(configuration, to: &text)
        return Set(text.split(separator: "\n").map { $0.drop { " -▿".contains($0) } }.map(String.init))
    }

    /// A value other than the default for each service setting and each assumption, and its line in the dump.
    private static let changes: [(name: String, value: String, line: String)] = [
        ("max-pixels", "1000", "pixels: 1000"), ("max-image-memory", "2MiB", "memory: 2097152"),
        ("max-input", "1000", "inputBytes: 1000"), ("name-program", "false", "software: nil"),
        ("fill", "edge", "fill: \"edge\""),
        ("api-key", "a", "keys: 1 element"), ("seed", "7", "seed: Optional(7)"),
        ("jpeg-quality", "50", "jpegQuality: 50"), ("webp-quality", "51", "webPQuality: 51"),
        ("public-url", "https://a.example:1/", "publicURL: Optional(\"https://a.example:1\")"),
        ("trust-forwarded", "false", "trustsForwarded: false"),
        ("delivery-origin", "*", "deliveryOrigin: Optional(\"*\")"),
        ("life", "ready", "steps: 1 element"), ("scenario", "a.json", "scenarios: 1 element"),
        ("admin-token", "a", "adminToken: Optional(…)"), ("show-applied", "false", "showsApplied: false"),
        ("workers", "3", "workers: 3"), ("share-identical", "false", "sharesIdentical: false"),
        ("queue-length", "5", "queueLength: 5"), ("queue-bytes", "6MiB", "queueBytes: 6291456"),
        ("credits", "7", "balance: 7000000"), ("result-lifetime", "9s", "nanoseconds: 9000000000"),
        ("task-retention", "11s", "nanoseconds: 11000000000"), ("result-bytes", "12MiB", "resultBytes: 12582912"),
        ("spool-memory", "13", "resultMemory: 13"), ("spool-folder", "/a b", "spoolFolder: \"/a b\""),
        ("image-addresses", "false", "takesAddresses: false"),
        ("outbound-private", "refuse", "allowsPrivate: false"),
        ("outbound-connect-timeout", "16s", "nanoseconds: 16000000000"),
        ("outbound-timeout", "17s", "nanoseconds: 17000000000"),
        ("outbound-ca-file", "/a", "authorities: Optional(\"/a\")"),
        ("outbound-check-certificates", "false", "checksCertificates: false"),
        ("bfl-price-high", "0.5", "highPrice: 0.5"), ("bfl-price-fast", "20", "fastPrice: 20.0"),
        ("bfl-active-tasks", "21", "activeTasks: 21"),
        ("bfl-webhook-url", "http://a/b/?c=d/", "webhookURL: Optional(\"http://a/b/?c=d/\")"),
        ("bfl-webhook-secret", "26", "webhookSecret: Optional(…)"),
        ("runware-price", "0.25", "price: 0.25"), ("runware-active-tasks", "27", "activeTasks: 27"),
        ("runware-result-lifetime", "32s", "nanoseconds: 32000000000"),
        ("runware-media-lifetime", "36s", "nanoseconds: 36000000000"),
        ("runware-media-bytes", "34MiB", "mediaBytes: 35651584"),
        ("runware-session-lifetime", "37s", "nanoseconds: 37000000000"),
        ("runware-watermark-font", "/f", "font: \"/f\""),
        // Assumptions.
        ("request-id", "false", "requestID: false"), ("image-url-alphabet", "false", "takesURLAlphabet: false"),
        ("image-missing-padding", "false", "takesMissingPadding: false"),
        ("image-line-breaks", "false", "takesLineBreaks: false"), ("image-data-urls", "false", "takesDataURLs: false"),
        ("bfl-missing-is-404", "false", "missingIsNotFound: false"),
        ("bfl-result-needs-key", "true", "resultNeedsKey: true"), ("bfl-rate", "22", "ratePerSecond: 22"),
        ("bfl-echo-limit", "24", "echoLimit: 24"), ("bfl-prompt-limit", "25", "promptLimit: 25"),
        ("runware-refuse-unknown", "false", "refusesUnknown: false"),
        ("runware-unknown-task-error", "false", "unknownTaskIsError: false"),
        ("runware-partial-status", "207", "partialStatus: 207"),
        ("runware-error-codes", "name", "codes: Runware.Settings.CodeForm.name"),
        ("runware-conflict-after-end", "false", "conflictsAfterEnd: false"),
        ("runware-dry-run", "each", "estimate: Runware.Settings.Estimate.each"),
        ("runware-balance-object", "true", "balanceIsObject: true"),
        ("runware-max-side", "2047", "longestSide: Optional(2047)"),
        ("runware-resize-large", "false", "resizesLarge: false"),
        ("runware-fast-rules", "false", "fastHasRules: false"),
        ("runware-upload-max-side", "0", "longestUpload: nil"),
        ("runware-watermark-positions", "short", "positions: Runware.Settings.Positions.short"),
        ("runware-max-ttl", "70s", "nanoseconds: 70000000000"), ("runware-echo-limit", "30", "echoLimit: 30"),
        ("runware-request-limit", "6KiB", "requestLimit: 6144"),
        ("runware-webhook-wrapped", "true", "wrapsWebhooks: true"),
        ("runware-webhook-ack", "true", "webhookAcknowledges: true"),
        ("runware-webhook-timeout", "42s", "nanoseconds: 42000000000"),
        ("runware-webhook-retries", "31", "webhookRetries: 31"),
        ("runware-wrong-key-code", "3000", "wrongKeyCode: 3000"),
        ("runware-takeover-code", "4001", "takeoverCode: 4001"),
        ("runware-refuse-stale-session", "true", "refusesStaleSessions: true"),
        ("websocket-idle-code", "4002", "rawValue: 4002"),
    ]

    @Test func `every setting and every assumption reaches its room`() throws {
        let standard = Self.lines(Configuration())
        let settings = Configuration.settings.flatMap(\.settings).map(\.name)
        for (name, value, line) in Self.changes {
            let flag = settings.contains(name) ? "--\(name)=\(value)" : "--assume=\(name)=\(value)"
            let changed = Self.lines(try Self.read([flag]))
            #expect(changed.contains(line) && !standard.contains(line), "\(flag): \(changed.subtracting(standard))")
        }
    }

    @Test func `every setting of the services and every assumption is in the table above`() {
        let names = Self.changes.map(\.name)
        for setting in (Configuration.serviceSettings + Configuration.assumptions).flatMap(\.settings) {
            #expect(names.contains(setting.name) || setting.form == .named, "\(setting.name)")
        }
    }

    @Test func `a value that several rooms share is the same in all of them, with and without a setting`() throws {
        let arguments = Self.changes.filter { change in
            Configuration.settings.contains { $0.settings.contains { $0.name == change.name } }
        }.map { "--\($0.name)=\($0.value)" }
        for configuration in [Configuration(), try Self.read(arguments)] {
            for setting in (Configuration.settings + Configuration.assumptions).flatMap(\.settings) {
                #expect(setting.isConsistent(in: configuration), "\(setting.name)")
            }
        }
    }

    @Test func `without settings the rooms keep their own defaults but for the program's name`() {
        var configuration = Configuration()
        (configuration.bfl.software, configuration.runware.software) = (nil, nil)
        #expect(lines(of: configuration.bfl) == lines(of: type(of: configuration.bfl).init()))
        #expect(lines(of: configuration.runware) == lines(of: type(of: configuration.runware).init()))
        #expect(lines(of: configuration.tasks) == lines(of: type(of: configuration.tasks).init()))
        #expect(lines(of: configuration.intake) == lines(of: type(of: configuration.intake).init()))
        #expect(lines(of: configuration.http) == lines(of: HTTP.Limits()))
    }

    /// The dump of a value, independent of the order of its sets.
    private func lines(of value: some Any) -> [Substring] {
        var text = ""
        dump(value, to: &text)
        return text.split(separator: "\n").sorted()
    }

    // MARK: - Private addresses

    @Test(arguments: [
        ([], true), (["--host", "::1"], true), (["--listen", "unix:/a"], true),
        (["--host", "0.0.0.0"], false), (["--host", "::"], false), (["--host", "192.0.2.1"], false),
        (["--listen", "127.0.0.1:1", "--listen", "0.0.0.0:1"], false),
        (["--outbound-private", "refuse"], false), (["--host", "0.0.0.0", "--outbound-private", "allow"], true),
    ])
    func `private addresses are reached by a server that listens on loopback alone`(
        arguments: [String], isAllowed: Bool
    ) throws {
        #expect(try Self.read(arguments).outbound.policy.allowsPrivate == isAllowed)
    }

    // MARK: - Invalid values

    @Test(arguments: [
        ("--seed", "-1"), ("--seed", "18446744073709551616"), ("--bfl-price-high", "-1"), ("--bfl-price-high", "nan"),
        ("--bfl-price-high", "1000001"), ("--public-url", "ftp://a"), ("--public-url", "http://"),
        ("--public-url", "a b"), ("--public-url", "http://a?b"), ("--public-url", "http://a/b#c"),
        ("--public-url", "http://:80"), ("--delivery-origin", "http://a/b"), ("--delivery-origin", "http://a/"),
        ("--delivery-origin", "null"), ("--fill", "none"),
        ("--result-lifetime", "0"), ("--bfl-webhook-url", "/hook"), ("--spool-folder", ""),
        ("--outbound-private", "maybe"), ("--image-addresses", "maybe"),
    ])
    func `a value that is not accepted stops the start`(flag: String, value: String) {
        let run = outpaint("serve", "\(flag)=\(value)", "--print-config")
        #expect(run.code == 2)
        #expect(run.errors.hasPrefix("outpaint: \(flag): expected ") && run.errors.hasSuffix(", not '\(value)'\n"))
    }

    // MARK: - Secrets

    @Test func `secrets do not show in settings, help and dumps`() throws {
        let flags = [
            "--api-key", "s3cret1", "--api-key", "s3cret2", "--bfl-webhook-secret", "s3cret3", "--admin-token",
            "s3cret4",
        ]
        let variables = [
            "OUTPAINT_API_KEY": "s3cret1,s3cret2", "OUTPAINT_BFL_WEBHOOK_SECRET": "s3cret3",
            "OUTPAINT_ADMIN_TOKEN": "s3cret4",
        ]
        for run in [outpaint(["serve", "--print-config"] + flags), outpaint(["serve", "--print-config"], variables)] {
            #expect(run.code == 0)
            let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
            #expect(lines.contains { $0.hasPrefix("--api-key ***,*** ") })
            #expect(lines.contains { $0.hasPrefix("--bfl-webhook-secret *** ") })
            #expect(lines.contains { $0.hasPrefix("--admin-token *** ") })
            #expect(!(run.output + run.errors).contains("s3cret"))
        }
        let help = outpaint(["help", "serve"], variables)
        #expect(!help.output.contains("s3cret"))
        let configuration = try Self.read(flags)
        var dumped = "\(configuration) \(String(reflecting: configuration))"
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("s3cret"))
    }

    /// A password in an address would be visible wherever the address is.
    @Test(arguments: ["--public-url", "--bfl-webhook-url", "--delivery-origin"])
    func `an address with a password is refused without showing it`(flag: String) {
        for address in ["http://me:s3cret@a", "https://s3cret@a/b", "http://me:s3cret@", "me:s3cret@a"] {
            let run = outpaint("serve", "\(flag)=\(address)", "--print-config")
            #expect(run.code == 2 && run.errors.hasPrefix("outpaint: \(flag): expected "))
            #expect(!run.errors.contains("s3cret"))
        }
    }

    /// A misplaced space must not put a secret into a log.
    @Test func `a secret that is not accepted does not show`() {
        for (arguments, variables) in [
            (["--api-key", "s3 cret"], [:]), (["--bfl-webhook-secret=s3 cret"], [:]), (["--admin-token=s3 cret"], [:]),
            ([], ["OUTPAINT_API_KEY": "s3 cret"]),
        ] as [([String], [String: String])] {
            let run = outpaint(["serve"] + arguments, variables)
            #expect(run.code == 2)
            #expect(run.errors.hasSuffix(": expected printable ASCII without spaces\n"))
        }
    }

    // MARK: - Settings in effect

    @Test func `the services behave as they were set`() throws {
        let services = Services(
            try Self.read([
                "--api-key", "a", "--credits", "12", "--bfl-price-high", "2.5", "--fill", "edge", "--workers", "1",
            ]), Log(sink: Captured()))
        defer { services.stop() }
        try HandlerHarness.run(Router(services.routes, fallback: services.fallback), .memory) { harness in
            #expect(try harness.get("/v1/credits", fields: "x-key: b\r\n").status == 403)
            #expect(try harness.get("/v1/credits", fields: "x-key: a\r\n").text == #"{"credits":12.0}"#)
            let image =
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
            let submit = try harness.post(
                "/v1/flux-tools/outpainting-v1", #"{"input_image":"\#(image)","width":64,"height":64}"#,
                fields: "x-key: a\r\n")
            #expect(submit.text.contains(#""cost":2.5,"#), "\(submit.text)")
            let start = try #require(submit.text.firstRange(of: "/v1/get_result?id=")).lowerBound
            let poll = String(submit.text[start...].prefix { $0 != "\"" })
            #expect(try eventually { try harness.get(poll).text.contains(#""status":"Ready""#) })
            #expect(try harness.get("/v1/credits", fields: "x-key: a\r\n").text == #"{"credits":9.5}"#)
        }
    }
}
