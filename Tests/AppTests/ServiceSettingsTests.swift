import HTTP
import TestSupport
import Testing

@testable import App

/// The settings of the emulated services.
@Suite struct ServiceSettingsTests {
    private static func read(_ arguments: [String]) throws -> Configuration {
        try Configuration.read(.serve, arguments, [:]).values
    }

    /// All that the rooms below are told, a line a value.
    private static func told(_ configuration: Configuration) -> Set<String> {
        var text = ""
        dump(configuration.workshop, to: &text)
        dump(configuration.intake, to: &text)
        dump(configuration.outbound, to: &text)
        dump(configuration.bflService, to: &text)
        dump(configuration.runwareService, to: &text)
        // Beside the settings of a room, how many threads there are and what they may leave waiting.
        dump(configuration.tasks.submitThreads, to: &text, name: "submitThreads")
        dump(configuration.outgoing, to: &text)
        dump(configuration.transfers, to: &text)
        return Set(text.split(separator: "\n").map { $0.drop { " -▿".contains($0) } }.map(String.init))
    }

    /// For each setting another value than the default, and what a room is told then.
    private static let told: [(name: String, value: String, line: String)] = [
        ("max-pixels", "1000", "pixels: 1000"), ("max-image-memory", "2MiB", "memory: 2097152"),
        ("max-input", "1000", "inputBytes: 1000"),
        ("name-program", "false", "software: nil"),
        ("api-key", "a", "keys: 1 element"), ("fill", "edge", "fill: \"edge\""), ("seed", "7", "seed: Optional(7)"),
        ("jpeg-quality", "50", "jpegQuality: 50"), ("webp-quality", "51", "webPQuality: 51"),
        ("public-url", "https://a.example:1/", "publicURL: Optional(\"https://a.example:1\")"),
        ("trust-forwarded", "false", "trustsForwarded: false"),
        ("delivery-origin", "*", "deliveryOrigin: Optional(\"*\")"),
        ("workers", "3", "workers: 3"), ("submit-threads", "4", "submitThreads: 4"),
        ("share-identical", "false", "sharesIdentical: false"), ("queue-length", "5", "queueLength: 5"),
        ("queue-bytes", "6MiB", "queueBytes: 6291456"),
        ("credits", "7", "balance: 7000000"), ("max-keys", "8", "namespaceLimit: 8"),
        ("result-lifetime", "9s", "resultLifetime: 9000000000"),
        ("task-retention", "10s", "taskRetention: 10000000000"),
        ("max-tasks", "11", "taskLimit: 11"), ("result-bytes", "12MiB", "resultBytes: 12582912"),
        ("result-memory", "13", "resultMemory: 13"), ("reference-memory", "14", "referenceMemory: 14"),
        ("spool-folder", "/a b", "spoolFolder: \"/a b\""),
        ("image-url-alphabet", "false", "takesURLAlphabet: false"),
        ("image-missing-padding", "false", "takesMissingPadding: false"),
        ("image-data-urls", "false", "takesDataURLs: false"), ("image-line-breaks", "false", "takesLineBreaks: false"),
        ("image-addresses", "false", "takesAddresses: false"),
        ("outbound-private", "refuse", "allowsPrivate: false"), ("outbound-redirects", "15", "redirects: 15"),
        ("outbound-connect-timeout", "16s", "connectTime: 16.0 seconds"),
        ("outbound-timeout", "17s", "totalTime: 17.0 seconds"), ("fetch-threads", "18", "fetchThreads: 18"),
        ("fetch-queue", "19", "fetchQueue: 19"), ("webhook-threads", "40", "webhookThreads: 40"),
        ("webhook-queue", "41", "webhookQueue: 41"), ("outbound-ca-file", "/a", "authorities: Optional(\"/a\")"),
        ("outbound-check-certificates", "false", "checksCertificates: false"),
        ("bfl-price-high", "0.5", "highPrice: 0.5"), ("bfl-price-fast", "20", "fastPrice: 20.0"),
        ("bfl-active-tasks", "21", "activeTasks: 21"), ("bfl-rate", "22", "ratePerSecond: 22"),
        ("bfl-missing-is-404", "false", "missingIsNotFound: false"), ("bfl-progress", "false", "tellsProgress: false"),
        ("bfl-result-needs-key", "true", "resultNeedsKey: true"), ("bfl-error-limit", "23", "errorLimit: 23"),
        ("max-json-values", "123", "valueLimit: 123"), ("bfl-refusal-limit", "5KiB", "refusalLimit: 5120"),
        ("bfl-echo-limit", "24", "echoLimit: 24"), ("bfl-prompt-limit", "25", "promptLimit: 25"),
        ("bfl-webhook-url", "http://a/b/?c=d/", "webhookURL: Optional(\"http://a/b/?c=d/\")"),
        ("bfl-webhook-secret", "26", "webhookSecret: Optional(\"26\")"),
        ("runware-price", "0.25", "price: 0.25"), ("runware-active-tasks", "27", "activeTasks: 27"),
        ("runware-max-ttl", "70s", "longestTTL: 70000000000"),
        ("runware-task-memory", "42MiB", "taskMemory: 44040192"),
        ("runware-upload-queue", "43MiB", "uploadQueue: 45088768"),
        ("runware-waiting-messages", "41", "waitingMessages: 41"),
        ("runware-batch-limit", "28", "batchLimit: 28"), ("runware-error-limit", "29", "errorLimit: 29"),
        ("runware-echo-limit", "30", "echoLimit: 30"), ("runware-request-limit", "6KiB", "requestLimit: 6144"),
        ("runware-refuse-unknown", "false", "refusesUnknown: false"),
        ("runware-unknown-task-error", "false", "unknownTaskIsError: false"),
        ("runware-partial-status", "207", "partialStatus: 207"),
        ("runware-error-codes", "name", "codes: Runware.Settings.CodeForm.name"),
        ("runware-conflict-after-end", "false", "conflictsAfterEnd: false"),
        ("runware-dry-run", "each", "estimate: Runware.Settings.Estimate.each"),
        ("runware-wrong-key-code", "3000", "wrongKeyCode: 3000"),
        ("runware-takeover-code", "4001", "takeoverCode: 4001"),
        ("runware-refuse-stale-session", "true", "refusesStaleSessions: true"),
        ("runware-watermark-positions", "short", "positions: Runware.Settings.Positions.short"),
        ("runware-max-side", "2048", "longestSide: Optional(2048)"),
        ("runware-fast-rules", "false", "fastHasRules: false"),
        ("runware-resize-large", "false", "resizesLarge: false"), ("runware-watermark-font", "/f", "font: \"/f\""),
        ("runware-balance-object", "true", "balanceIsObject: true"),
        ("runware-webhook-wrapped", "true", "wrapsWebhooks: true"),
        ("runware-webhook-ack", "true", "webhookAcknowledges: true"),
        ("runware-webhook-timeout", "42s", "webhookTime: 42000000000"),
        ("runware-webhook-retries", "31", "webhookRetries: 31"),
        ("runware-result-lifetime", "32s", "resultLifetime: 32000000000"),
        ("runware-upload-max-side", "1000", "longestUpload: Optional(1000)"),
        ("runware-max-tasks", "33", "taskLimit: 33"), ("runware-media-bytes", "34MiB", "mediaBytes: 35651584"),
        ("runware-media-memory", "35", "mediaMemory: 35"),
        ("runware-media-lifetime", "36s", "mediaLifetime: 36000000000"),
        ("runware-session-lifetime", "37s", "sessionLifetime: 37000000000"),
        ("runware-max-sessions", "38", "sessionLimit: 38"), ("runware-session-answers", "39", "sessionAnswers: 39"),
        ("runware-session-memory", "40", "sessionMemory: 40"),
    ]

    @Test func everySettingReachesItsRoom() throws {
        let standard = Self.told(Configuration())
        for (name, value, line) in Self.told {
            let told = Self.told(try Self.read(["--\(name)=\(value)"]))
            #expect(told.contains(line) && !standard.contains(line), "--\(name): \(told.subtracting(standard))")
        }
    }

    @Test func everySettingIsInTheTableAbove() {
        let names = Self.told.map(\.name)
        for setting in (Configuration.serviceSettings + Configuration.runwareSettings).flatMap(\.settings) {
            #expect(names.contains(setting.name), "\(setting.name)")
        }
    }

    /// With no setting given the rooms do what they do by themselves, but for who they say they are and whom they reach.
    @Test func defaultsAreThoseOfTheRooms() {
        let chosen = Configuration()
        var bfl = type(of: chosen.bflService).init()
        bfl.software = chosen.bflService.software
        #expect(lines(of: chosen.bflService) == lines(of: bfl))
        var runware = type(of: chosen.runwareService).init()
        runware.software = chosen.runwareService.software
        #expect(lines(of: chosen.runwareService) == lines(of: runware))
        #expect(lines(of: chosen.workshop) == lines(of: type(of: chosen.workshop).init()))
        #expect(lines(of: chosen.intake) == lines(of: type(of: chosen.intake).init()))
    }

    /// All that a value holds, whatever the order of the sets in it is.
    private func lines(of value: some Any) -> [Substring] {
        var text = ""
        dump(value, to: &text)
        return text.split(separator: "\n").sorted()
    }

    // MARK: - Whom it reaches

    @Test(arguments: [
        ([], true), (["--host", "::1"], true), (["--listen", "unix:/a"], true),
        (["--host", "0.0.0.0"], false), (["--host", "::"], false), (["--host", "192.0.2.1"], false),
        (["--listen", "127.0.0.1:1", "--listen", "0.0.0.0:1"], false),
        (["--outbound-private", "refuse"], false), (["--host", "0.0.0.0", "--outbound-private", "allow"], true),
    ])
    func privateAddressesAreReachedByWhoListensOnlyThere(arguments: [String], isAllowed: Bool) throws {
        #expect(try Self.read(arguments).outbound.policy.allowsPrivate == isAllowed)
    }

    // MARK: - What is no value

    @Test(arguments: [
        ("--seed", "-1"), ("--seed", "18446744073709551616"), ("--bfl-price-high", "-1"), ("--bfl-price-high", "nan"),
        ("--bfl-price-high", "1000001"), ("--public-url", "ftp://a"), ("--public-url", "http://"),
        ("--public-url", "a b"), ("--public-url", "http://a?b"), ("--public-url", "http://a/b#c"),
        ("--public-url", "http://:80"), ("--delivery-origin", "http://a/b"), ("--delivery-origin", "http://a/"),
        ("--delivery-origin", "null"), ("--fill", "none"),
        ("--result-lifetime", "0"), ("--bfl-webhook-url", "/hook"), ("--spool-folder", ""),
        ("--outbound-private", "maybe"), ("--image-addresses", "maybe"),
    ])
    func whatIsNoValueStopsTheStart(flag: String, value: String) {
        let run = outpaint("serve", "\(flag)=\(value)", "--print-config")
        #expect(run.code == 2)
        #expect(run.errors.hasPrefix("outpaint: \(flag): expected ") && run.errors.hasSuffix(", not '\(value)'\n"))
    }

    // MARK: - Secrets

    @Test func secretsDoNotShow() throws {
        let flags = ["--api-key", "s3cret1", "--api-key", "s3cret2", "--bfl-webhook-secret", "s3cret3"]
        let variables = ["OUTPAINT_API_KEY": "s3cret1,s3cret2", "OUTPAINT_BFL_WEBHOOK_SECRET": "s3cret3"]
        for run in [outpaint(["serve", "--print-config"] + flags), outpaint(["serve", "--print-config"], variables)] {
            #expect(run.code == 0)
            let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
            #expect(lines.contains { $0.hasPrefix("--api-key ***,*** ") })
            #expect(lines.contains { $0.hasPrefix("--bfl-webhook-secret *** ") })
            #expect(!(run.output + run.errors).contains("s3cret"))
        }
        let help = outpaint(["help", "serve"], variables)
        #expect(!help.output.contains("s3cret"))
        let configuration = try Self.read(flags)
        var dumped = "\(configuration) \(String(reflecting: configuration))"
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("s3cret"))
    }

    /// A password in an address would show wherever that does.
    @Test(arguments: ["--public-url", "--bfl-webhook-url", "--delivery-origin"])
    func anAddressHoldsNoPassword(flag: String) {
        for address in ["http://me:s3cret@a", "https://s3cret@a/b", "http://me:s3cret@", "me:s3cret@a"] {
            let run = outpaint("serve", "\(flag)=\(address)", "--print-config")
            #expect(run.code == 2 && run.errors.hasPrefix("outpaint: \(flag): expected "))
            #expect(!run.errors.contains("s3cret"))
        }
    }

    /// Not even where they are none: a space in the wrong place must not bring one into a log.
    @Test func aSecretThatIsNoneDoesNotShow() {
        for (arguments, variables) in [
            (["--api-key", "s3 cret"], [:]), (["--bfl-webhook-secret=s3 cret"], [:]),
            ([], ["OUTPAINT_API_KEY": "s3 cret"]),
        ] as [([String], [String: String])] {
            let run = outpaint(["serve"] + arguments, variables)
            #expect(run.code == 2)
            #expect(run.errors.hasSuffix(": expected printable ASCII without spaces\n"))
        }
    }

    // MARK: - Put together

    @Test func theServicesAreServedAsTheyWereSet() throws {
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
