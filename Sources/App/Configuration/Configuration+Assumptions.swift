import HTTP
import Runware
import Time

extension Configuration {
    /// Assumptions about the services, each a row of `docs/fidelity.md`. `--assume` changes one by name.
    static let assumptions: [SettingGroup<Configuration>] = [
        SettingGroup(
            "About both services", for: [.serve],
            [
                Setting("request-id", \.log.requestID, .boolean, "x-request-id in every answer"),
                Setting("image-url-alphabet", \.intake.takesURLAlphabet, .boolean, "base64 may use - and _"),
                Setting("image-missing-padding", \.intake.takesMissingPadding, .boolean, "base64 may lack its final ="),
                Setting("image-line-breaks", \.intake.takesLineBreaks, .boolean, "base64 may contain white space"),
                Setting("image-data-urls", \.intake.takesDataURLs, .boolean, "base64 may begin with data:…;base64,"),
            ]),
        SettingGroup(
            "About BFL", for: [.serve],
            [
                Setting(
                    "bfl-missing-is-404", \.bfl.missingIsNotFound, .boolean,
                    "an unknown task is answered with 404, or else with 200"),
                Setting("bfl-result-needs-key", \.bfl.resultNeedsKey, .boolean, "get_result requires a key"),
                Setting(
                    "bfl-rate", \.bfl.ratePerSecond, .integer(1...1_000_000_000),
                    "polls per second that rate limit headers state; none is refused"),
                Setting(
                    "bfl-echo-limit", \.bfl.echoLimit, .bytes(0...1 << 30),
                    "how much of a long string an error echoes beyond the schema"),
                Setting(
                    "bfl-prompt-limit", \.bfl.promptLimit, .bytes(0...1 << 20), "how much of a prompt a result echoes"),
            ]),
        SettingGroup(
            "About Runware", for: [.serve],
            [
                Setting("runware-refuse-unknown", \.runware.refusesUnknown, .boolean, "unknown parameters are refused"),
                Setting(
                    "runware-unknown-task-error", \.runware.unknownTaskIsError, .boolean,
                    "getResponse of an unknown task is an error, or else has no data"),
                Setting(
                    "runware-partial-status", \.runware.partialStatus, .integer(200...599),
                    "HTTP status when some tasks of a request are refused"),
                Setting(
                    "runware-error-codes", \.runware.codes, .choice(),
                    "error codes name a parameter by its whole path or by its own name"),
                Setting(
                    "runware-conflict-after-end", \.runware.conflictsAfterEnd, .boolean,
                    "the taskUUID of a finished task is refused too"),
                Setting(
                    "runware-dry-run", \.runware.estimate, .choice(),
                    "a dry run lists the total cost, or the cost of each result"),
                Setting(
                    "runware-balance-object", \.runware.balanceIsObject, .boolean,
                    "a balance is an object, or else a number"),
                Setting(
                    "runware-max-side", \.runware.longestSide, .bound(65_536),
                    "longest side of a result; 0 sets no limit but that of 4 MP"),
                Setting(
                    "runware-resize-large", \.runware.resizesLarge, .boolean,
                    "results over 4 MP are made smaller, or else refused"),
                Setting("runware-fast-rules", \.runware.fastHasRules, .boolean, "fast mode has BFL's rules of sizes"),
                Setting(
                    "runware-upload-max-side", \.runware.longestUpload, .bound(65_535),
                    "longest side of a kept upload; larger ones are made smaller; 0 sets no limit"),
                Setting(
                    "runware-watermark-positions", \.runware.positions, .choice(),
                    "names of positions: top-center and center-left, top-middle and middle-left, or top and left"),
                Setting(
                    "runware-max-ttl", \.runware.longestTTL, .duration(.minutes(1) ... .days(365)),
                    "longest ttl; a longer one counts as this"),
                Setting(
                    "runware-echo-limit", \.runware.echoLimit, .bytes(0...1 << 20),
                    "how much of a long string getTaskDetails echoes"),
                Setting(
                    "runware-request-limit", \.runware.requestLimit, .bytes(1 << 10...1 << 20),
                    "how much of a request getTaskDetails echoes"),
                Setting(
                    "runware-webhook-wrapped", \.runware.wrapsWebhooks, .boolean,
                    "webhooks send {\"data\":[…]}, or else the bare result"),
                Setting(
                    "runware-webhook-ack", \.runware.webhookAcknowledges, .boolean,
                    "a sync task with a webhook is acknowledged at once"),
                Setting("runware-webhook-timeout", \.runware.webhookTime, .outboundTime, "time for a webhook's answer"),
                Setting("runware-webhook-retries", \.runware.webhookRetries, .integer(0...100), "retries of a webhook"),
                Setting(
                    "runware-wrong-key-code", \.runware.wrongKeyCode, .closeCodeOrNone,
                    "close code for a wrong key; 0 keeps the WebSocket open"),
                Setting(
                    "runware-takeover-code", \.runware.takeoverCode, .closeCode,
                    "close code when another WebSocket takes over the session"),
                Setting(
                    "runware-refuse-stale-session", \.runware.refusesStaleSessions, .boolean,
                    "an expired session is refused, or else replaced by a new one"),
                Setting(
                    "websocket-idle-code", \.http.webSocketIdleCode, .closeCode, "close code on idle timeout"),
            ]),
    ]
}
