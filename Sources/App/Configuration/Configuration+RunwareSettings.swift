extension Configuration {
    /// The parts of the table that are about Runware's service.
    static let runwareSettings: [SettingGroup<Configuration>] = [runwareManners, runwareKeeping]

    private static let runwareManners = SettingGroup<Configuration>(
        "What Runware's service does", for: [.serve],
        [
            Setting("runware-price", \.runware.price, .price, "dollars for each output megapixel begun"),
            Setting(
                "runware-active-tasks", \.runware.activeTasks, .integer(1...1_000_000),
                "results of one key under way at once"),
            Setting("runware-batch-limit", \.runware.batchLimit, .integer(1...1_000_000), "tasks of one message"),
            Setting(
                "runware-waiting-messages", \.runware.waitingMessages, .integer(1...1_000_000),
                "messages of one WebSocket that wait while one is read; then its reading stops"),
            Setting("runware-error-limit", \.runware.errorLimit, .integer(1...100_000), "errors that one task is told"),
            Setting(
                "runware-echo-limit", \.runware.echoLimit, .bytes(0...1 << 20),
                "how much of a long text getTaskDetails echoes"),
            Setting(
                "runware-request-limit", \.runware.requestLimit, .bytes(1 << 10...1 << 20),
                "how much of a task getTaskDetails echoes in all"),
            Setting(
                "runware-refuse-unknown", \.runware.refusesUnknown, .boolean,
                "refuse parameters that nobody knows, or else pass over them"),
            Setting(
                "runware-unknown-task-error", \.runware.unknownTaskIsError, .boolean,
                "answer getResponse with an error for an unknown task, or else with no data"),
            Setting(
                "runware-partial-status", \.runware.partialStatus, .integer(200...599),
                "status where some tasks of a message were refused"),
            Setting(
                "runware-error-codes", \.runware.codes, .choice(),
                "name a parameter in error codes with its whole path or by its own name"),
            Setting(
                "runware-conflict-after-end", \.runware.conflictsAfterEnd, .boolean,
                "refuse the taskUUID of a task that has ended, too"),
            Setting(
                "runware-dry-run", \.runware.estimate, .choice(),
                "tell a dry run the cost of all results in one item, or that of each in its own"),
            Setting(
                "runware-wrong-key-code", \.runware.wrongKeyCode, .closeCodeOrNone,
                "close code of a WebSocket whose key is wrong; 0 keeps it open"),
            Setting(
                "runware-takeover-code", \.runware.takeoverCode, .closeCode,
                "close code of a WebSocket whose session goes on elsewhere"),
            Setting(
                "runware-refuse-stale-session", \.runware.refusesStaleSessions, .boolean,
                "refuse the name of a session that is over, or else begin a new one"),
            Setting(
                "runware-max-side", \.runware.longestSide, .integer(0...65_536),
                "longest side of a result; 0 sets no limit but that of 4 MP"),
            Setting(
                "runware-fast-rules", \.runware.fastHasRules, .boolean,
                "hold fast mode to BFL's further rules of sizes"),
            Setting(
                "runware-resize-large", \.runware.resizesLarge, .boolean,
                "scale results over 4 MP down; if false, refuse them"),
            Setting("runware-watermark-font", \.runware.font, .folder, "file of the font of watermarks"),
            Setting(
                "runware-watermark-positions", \.runware.positions, .choice(),
                "names of a watermark's places: top-center and center-left, top-middle and middle-left, or top and left"
            ),
            Setting(
                "runware-balance-object", \.runware.balanceIsObject, .boolean,
                "tell a balance as an object, or else as a number"),
            Setting(
                "runware-webhook-wrapped", \.runware.wrapsWebhooks, .boolean,
                "send webhooks {\"data\":[…]}, or else the bare result"),
            Setting(
                "runware-webhook-ack", \.runware.webhookAcknowledges, .boolean,
                "only acknowledge a task with a webhook, though it is sync"),
            Setting(
                "runware-webhook-timeout", \.runware.webhookTimeout, .duration(.milliseconds(1) ... .seconds(3600)),
                "time for a webhook to be heard"),
            Setting(
                "runware-webhook-retries", \.runware.webhookRetries, .integer(0...100),
                "how often a webhook is tried again"),
        ])

    private static let runwareKeeping = SettingGroup<Configuration>(
        "What Runware's service keeps", for: [.serve],
        [
            Setting(
                "runware-result-lifetime", \.runware.resultLifetime,
                .duration(.seconds(1) ... .seconds(86_400 * 30)), "time a result is kept if its task has no ttl"),
            Setting(
                "runware-max-ttl", \.runware.longestTTL, .duration(.seconds(60) ... .seconds(86_400 * 365)),
                "longest time a result is kept; a longer ttl counts as this"),
            Setting(
                "runware-max-tasks", \.runware.tasks, .integer(1...10_000_000), "tasks that are known by their taskUUID"
            ),
            Setting(
                "runware-task-memory", \.runware.taskMemory, .bytes(1 << 20...1 << 40),
                "memory for what is known of tasks; the oldest go when it is full, refused ones first"),
            Setting(
                "runware-upload-queue", \.runware.uploadQueue, .bytes(1 << 20...1 << 40),
                "uploads that may wait to be looked at"),
            Setting(
                "runware-upload-max-side", \.runware.longestUpload, .integer(0...65_535),
                "longest side that an upload is kept with, a larger one made smaller; 0 keeps all as they are"),
            Setting(
                "runware-media-bytes", \.runware.mediaBytes, .bytes(1 << 20...1 << 44), "uploads that are kept, in all"),
            Setting(
                "runware-media-memory", \.runware.mediaMemory, .bytes(0...1 << 40),
                "uploads that are kept in memory; the others go to files"),
            Setting(
                "runware-media-lifetime", \.runware.mediaLifetime,
                .duration(.seconds(1) ... .seconds(86_400 * 365)), "time an upload is kept after its last use"),
            Setting(
                "runware-session-lifetime", \.runware.sessionLifetime, .duration(.seconds(0) ... .seconds(86_400)),
                "time results are kept for a lost WebSocket"),
            Setting(
                "runware-max-sessions", \.runware.sessions, .integer(1...10_000_000), "sessions that are remembered"),
            Setting(
                "runware-session-answers", \.runware.sessionAnswers, .integer(0...1_000_000),
                "answers that a session keeps"),
            Setting(
                "runware-session-memory", \.runware.sessionMemory, .bytes(0...1 << 40),
                "memory for what all sessions keep; without room, an answer is not kept"),
        ])
}
