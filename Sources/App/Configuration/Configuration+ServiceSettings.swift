import Time

extension Configuration {
    /// The settings of the emulated services.
    static let serviceSettings: [SettingGroup<Configuration>] = [
        SettingGroup(
            "Services", for: [.serve],
            [
                Setting(
                    "api-key", \.bfl.keys, also: [\.runware.keys], each: .key,
                    "accept this API key and no others; may be given several times; any key if not given"),
                Setting(
                    "seed", \.tasks.seed, .seed, "make ids the same in each run; links then differ by the time alone"),
                Setting(
                    "public-url", \.bfl.publicURL, also: [\.runware.publicURL], .baseAddress,
                    "beginning of links in answers; taken from each request if not given"),
                Setting(
                    "trust-forwarded", \.bfl.trustsForwarded, also: [\.runware.trustsForwarded], .boolean,
                    "use x-forwarded-proto and x-forwarded-host in links"),
                Setting(
                    "delivery-origin", \.bfl.deliveryOrigin, also: [\.runware.deliveryOrigin], .origin,
                    "origin whose pages may read delivered pictures; none if not given"),
                Setting("jpeg-quality", \.bfl.jpegQuality, .integer(1...100), "quality of JPEG pictures from BFL"),
                Setting("webp-quality", \.bfl.webPQuality, .integer(1...100), "quality of WebP pictures from BFL"),
                Setting(
                    "assume", members: assumptions.flatMap(\.settings), example: "bfl-missing-is-404=false",
                    "change one assumption about a service; may be given several times; all names are below"),
            ]),
        SettingGroup(
            "Steering", for: [.serve],
            [
                Setting(
                    "life", \.tasks.life, .life,
                    "states that a task goes through if nothing else says so; its steps are described in docs/testing.md"
                ),
                Setting(
                    "scenario", \.steering.scenarios, each: .file,
                    "file of rules that exist from the start, or a folder of such files; may be given several times"),
                Setting(
                    "admin-token", \.steering.adminToken, .adminToken, plain: "ADMIN_TOKEN",
                    "secret that calls of /_emulator need; generated and printed if other machines can reach the server"
                ),
                Setting(
                    "show-applied", \.steering.showsApplied, .boolean,
                    "say in x-emulator-applied what was applied to an exchange, and from where"),
            ]),
        SettingGroup(
            "Tasks", for: [.serve],
            [
                Setting(
                    "workers", \.tasks.workers, .integer(0...256), "threads that make pictures; 0 runs one per core"),
                Setting(
                    "share-identical", \.tasks.sharesIdentical, .boolean,
                    "make a picture once for all tasks that ask for the same"),
                Setting(
                    "queue-length", \.tasks.queueLength, .integer(1...1_000_000), "tasks that may wait for a worker"),
                Setting(
                    "queue-bytes", \.tasks.queueBytes, .bytes(1 << 20...1 << 40), "input images of unfinished tasks"),
                Setting("credits", \.tasks.balance, .credits, "credits that each key starts with"),
                Setting(
                    "result-lifetime", \.tasks.resultLifetime, .duration(.seconds(1) ... .days(30)),
                    "time a BFL result is kept and its link works"),
                Setting(
                    "task-retention", \.tasks.taskRetention, also: [\.runware.taskRetention],
                    .duration(.seconds(1) ... .days(30)),
                    "time a finished task is remembered; never less than its result"),
                Setting("result-bytes", \.tasks.resultBytes, .bytes(1 << 20...1 << 44), "size of all results together"),
                Setting(
                    "spool-memory", \.tasks.imageMemory, also: [\.tasks.resultMemory], .bytes(0...1 << 40),
                    "memory for input images, and as much for results; the rest is kept in files"),
                Setting(
                    "spool-folder", \.tasks.spoolFolder, also: [\.runware.spoolFolder], .folder,
                    "folder for these files; they have no names"),
            ]),
        SettingGroup(
            "Outbound", for: [.serve],
            [
                Setting("image-addresses", \.intake.takesAddresses, .boolean, "fetch images that are given as URLs"),
                Setting(
                    "outbound-private", \.privateAddresses, .choice(),
                    "reach this machine and private networks; auto does if the server listens on loopback alone"),
                Setting(
                    "outbound-connect-timeout", \.messages.connectTime, also: [\.intake.transfer.connectTime],
                    .outboundTime, "time to connect, for fetches, webhooks and uploads"),
                Setting(
                    "outbound-timeout", \.messages.totalTime, also: [\.intake.transfer.totalTime], .outboundTime,
                    "time for a whole transfer"),
                Setting(
                    "outbound-ca-file", \.outbound.authorities, .file,
                    "PEM file of certificates to trust in place of the system's"),
                Setting(
                    "outbound-check-certificates", \.outbound.checksCertificates, .boolean,
                    "verify the certificates of https hosts"),
            ]),
        SettingGroup(
            "BFL", for: [.serve],
            [
                Setting("bfl-price-high", \.bfl.highPrice, .price, "credits per output megapixel begun, in high mode"),
                Setting("bfl-price-fast", \.bfl.fastPrice, .price, "credits per output megapixel begun, in fast mode"),
                Setting("bfl-active-tasks", \.bfl.activeTasks, .activeTasks, "unfinished tasks per key"),
                Setting("bfl-webhook-url", \.bfl.webhookURL, .webAddress, "receiver of the result of every BFL task"),
                Setting("bfl-webhook-secret", \.bfl.webhookSecret, .secret, "X-Webhook-Secret of these webhooks"),
            ]),
        SettingGroup(
            "Runware", for: [.serve],
            [
                Setting("runware-price", \.runware.price, .price, "dollars per output megapixel begun"),
                Setting("runware-active-tasks", \.runware.activeTasks, .activeTasks, "unfinished results per key"),
                Setting(
                    "runware-result-lifetime", \.runware.resultLifetime, .duration(.seconds(1) ... .days(30)),
                    "time a result is kept if its task has no ttl"),
                Setting(
                    "runware-media-lifetime", \.runware.mediaLifetime, .duration(.seconds(1) ... .days(365)),
                    "time an upload is kept after its last use"),
                Setting(
                    "runware-media-bytes", \.runware.mediaBytes, .bytes(1 << 20...1 << 44),
                    "size of all uploads together"),
                Setting(
                    "runware-session-lifetime", \.runware.sessionLifetime, .duration(.zero ... .days(1)),
                    "time results are kept for a client whose WebSocket is lost"),
                Setting("runware-watermark-font", \.runware.font, .file, "font file for the text of watermarks"),
            ]),
    ]
}

extension SettingKind<Interval> {
    static var outboundTime: SettingKind<Interval> { .duration(.milliseconds(1) ... .hours(1)) }
}

extension SettingKind<Int> {
    fileprivate static var activeTasks: SettingKind<Int> { .integer(1...1_000_000) }
}
