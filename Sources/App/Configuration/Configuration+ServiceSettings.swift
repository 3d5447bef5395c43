extension Configuration {
    /// The part of the table that is about the emulated services.
    static let serviceSettings: [SettingGroup<Configuration>] = [
        SettingGroup(
            "What to emulate", for: [.serve],
            [
                Setting(
                    "api-key", \.services.keys, each: .secret,
                    "let in whoever has this key, and nobody else; may be given several times"),
                Setting(
                    "seed", \.services.seed, .seed,
                    "give out the same ids in each run, and links that differ only by the clock"),
                Setting("jpeg-quality", \.services.jpegQuality, .integer(1...100), "quality of JPEG"),
                Setting("webp-quality", \.services.webPQuality, .integer(1...100), "quality of WebP"),
                Setting(
                    "public-url", \.services.publicURL, .baseAddress,
                    "what stands before paths in links; taken from each request if not given"),
                Setting(
                    "trust-forwarded", \.services.trustsForwarded, .boolean,
                    "believe x-forwarded-proto and x-forwarded-host"),
                Setting(
                    "delivery-origin", \.services.deliveryOrigin, .origin,
                    "pages of this origin may read delivered pictures; none if not given"),
            ]),
        SettingGroup(
            "What a task may take", for: [.serve],
            [
                Setting("workers", \.tasks.workers, .integer(0...256), "threads that make pictures; 0 runs one a core"),
                Setting(
                    "submit-threads", \.tasks.submitThreads, .integer(0...256),
                    "threads that read submits; 0 runs one a core"),
                Setting(
                    "share-identical", \.tasks.sharesIdentical, .boolean,
                    "make a picture once for all tasks that ask for the same, or else for each"),
                Setting("queue-length", \.tasks.queueLength, .integer(1...1_000_000), "tasks that may wait"),
                Setting(
                    "queue-bytes", \.tasks.queueBytes, .bytes(1 << 20...1 << 40), "images of tasks that are not done"),
                Setting(
                    "credits", \.tasks.credits, .integer(0...1_000_000_000_000), "what a key has to spend at first"),
                Setting(
                    "max-keys", \.tasks.namespaces, .integer(2...10_000_000), "keys whose spending is remembered"),
                Setting(
                    "result-lifetime", \.tasks.resultLifetime, .duration(.seconds(1) ... .seconds(86_400 * 30)),
                    "time a picture is kept, and its link good"),
                Setting(
                    "task-retention", \.tasks.retention, .duration(.seconds(1) ... .seconds(86_400 * 30)),
                    "time a task is known after its end; at least as long as its picture"),
                Setting("max-tasks", \.tasks.tasks, .integer(1...100_000_000), "tasks that may be known"),
                Setting(
                    "result-bytes", \.tasks.resultBytes, .bytes(1 << 20...1 << 44), "pictures that are kept, in all"),
                Setting(
                    "result-memory", \.tasks.resultMemory, .bytes(0...1 << 40),
                    "pictures that are kept in memory; the others go to files"),
                Setting(
                    "reference-memory", \.tasks.referenceMemory, .bytes(0...1 << 40),
                    "images that wait in memory; the others go to files"),
                Setting(
                    "spool-folder", \.tasks.spoolFolder, .folder, "folder on whose disk these files are, without names"),
            ]),
        SettingGroup(
            "What counts as an image", for: [.serve],
            [
                Setting(
                    "image-url-alphabet", \.services.image.takesURLAlphabet, .boolean, "base64 with - and _, as in URLs"
                ),
                Setting(
                    "image-missing-padding", \.services.image.takesMissingPadding, .boolean,
                    "base64 without = at its end"),
                Setting("image-data-urls", \.services.image.takesDataURLs, .boolean, "base64 behind data:…;base64,"),
                Setting(
                    "image-line-breaks", \.services.image.takesLineBreaks, .boolean, "base64 with white space in it"),
                Setting("image-addresses", \.services.image.takesAddresses, .boolean, "URLs, which are fetched"),
            ]),
        SettingGroup(
            "What goes out", for: [.serve],
            [
                Setting(
                    "outbound-private", \.outgoing.privateAddresses, .choice(),
                    "reach this machine and private networks; auto does if the server listens on loopback alone"),
                Setting("outbound-redirects", \.outgoing.redirects, .integer(0...20), "redirects that are followed"),
                Setting(
                    "outbound-connect-timeout", \.outgoing.connectTimeout, .outboundTime,
                    "time until there is a connection"
                ),
                Setting("outbound-timeout", \.outgoing.timeout, .outboundTime, "time for a whole transfer"),
                Setting(
                    "fetch-threads", \.outgoing.fetchThreads, .integer(1...256),
                    "images fetched at once; a key has no more of them than it leaves to others"),
                Setting(
                    "fetch-queue", \.outgoing.fetchQueue, .integer(1...100_000),
                    "images that may wait to be fetched, by the same rule"),
                Setting(
                    "webhook-threads", \.outgoing.webhookThreads, .integer(1...256),
                    "webhooks and uploads sent at once, by the same rule"),
                Setting(
                    "webhook-queue", \.outgoing.webhookQueue, .integer(1...100_000),
                    "webhooks and uploads that may wait, by the same rule"),
                Setting(
                    "outbound-ca-file", \.outgoing.authorities, .file,
                    "certificates to trust in place of the system's, in PEM"),
                Setting(
                    "outbound-check-certificates", \.outgoing.checksCertificates, .boolean,
                    "have https hosts prove who they are"),
            ]),
        SettingGroup(
            "What BFL's service does", for: [.serve],
            [
                Setting("bfl-price-high", \.bfl.highPrice, .price, "credits for each output megapixel begun"),
                Setting("bfl-price-fast", \.bfl.fastPrice, .price, "the same in fast mode"),
                Setting(
                    "bfl-active-tasks", \.bfl.activeTasks, .integer(1...1_000_000), "tasks of one key under way at once"
                ),
                Setting(
                    "bfl-rate", \.bfl.ratePerSecond, .integer(1...1_000_000_000),
                    "polls a second that answers speak of; nobody is refused"),
                Setting(
                    "bfl-missing-is-404", \.bfl.missingIsNotFound, .boolean,
                    "answer 404 for an unknown task, or else 200"),
                Setting("bfl-progress", \.bfl.tellsProgress, .boolean, "tell progress in tenths"),
                Setting("bfl-result-needs-key", \.bfl.resultNeedsKey, .boolean, "show results only to who sends a key"),
                Setting(
                    "bfl-error-limit", \.bfl.errorLimit, .integer(1...10_000_000), "entries of a refusal's list"),
                Setting(
                    "bfl-refusal-limit", \.bfl.refusalLimit, .bytes(1 << 10...1 << 30),
                    "how large a refusal may be that echoes all that was sent; beyond that it is cut"),
                Setting(
                    "bfl-echo-limit", \.bfl.echoLimit, .bytes(0...1 << 30),
                    "how much of a long text a refusal echoes beyond the schema, or that is cut"),
                Setting(
                    "bfl-prompt-limit", \.bfl.promptLimit, .bytes(0...1 << 20), "how much of a prompt a result echoes"),
                Setting(
                    "bfl-webhook-url", \.bfl.webhookURL, .webAddress, "send results here, in place of being polled for"),
                Setting("bfl-webhook-secret", \.bfl.webhookSecret, .secret, "sent along in X-Webhook-Secret"),
            ]),
    ]
}

extension SettingKind<Duration> {
    fileprivate static var outboundTime: SettingKind<Duration> { .duration(.milliseconds(1) ... .seconds(3600)) }
}
