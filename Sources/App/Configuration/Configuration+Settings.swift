import Imaging
import Outpainting

extension Configuration {
    /// The table of settings. Parsing, help, `--print-config` and the README read it; nothing else names a setting.
    static let settings = serverSettings + serviceSettings + runwareSettings + commandSettings

    private static let serverSettings: [SettingGroup<Configuration>] = [
        SettingGroup(
            "Where to listen", for: [.serve, .health],
            [
                Setting("host", \.host, .host, plain: "HOST", "address to listen on; 0.0.0.0 or :: stands for all"),
                Setting("port", \.port, .integer(0...65535), plain: "PORT", "TCP port"),
                Setting(
                    "listen", \.listen, each: .address,
                    "listen here in place of host and port; may be given several times"),
            ]),
        SettingGroup(
            "How to run", for: [.serve],
            [
                Setting("loops", \.loops, .integer(0...64), "event loops; 0 runs one a core"),
                Setting(
                    "shutdown-timeout", \.shutdownTimeout, .duration(.zero ... .seconds(3600)),
                    "time for requests in flight, and for webhooks of tasks under way, after SIGTERM"),
            ]),
        SettingGroup(
            "What to log", for: [.serve],
            [
                Setting(
                    "log-level", \.log.level, .choice(), plain: "LOG_LEVEL", "least severe line to write to stderr"),
                Setting(
                    "log-format", \.log.format, .choice(), plain: "LOG_FORMAT", "form of the log and of the ready line"),
                Setting("access-log", \.log.access, .choice(), "a line on stdout for each request"),
                Setting(
                    "request-id", \.log.requestID, .boolean, "name each request in x-request-id, as the access log does"
                ),
            ]),
        SettingGroup(
            "What a request may take", for: [.serve],
            [
                Setting("max-request-line", \.limits.requestLine, .bytes(128...1 << 20), "longest request line"),
                Setting("max-header-bytes", \.limits.headerBytes, .bytes(256...16 << 20), "all header fields together"),
                Setting("max-header-fields", \.limits.headerFields, .integer(1...10_000), "number of header fields"),
                Setting("max-body", \.limits.body, .bytes(0...4 << 30), "largest request body"),
                Setting(
                    "max-json-values", \.limits.jsonValues, .integer(100...100_000_000),
                    "values in a body of JSON, names of members included"),
                Setting(
                    "max-websocket-message", \.limits.webSocketMessage, .bytes(125...4 << 30),
                    "largest WebSocket message"),
                Setting(
                    "max-websocket-queue", \.limits.webSocketQueue, .bytes(1 << 16...1 << 40),
                    "memory of what a WebSocket's peer leaves untaken"),
                Setting("header-timeout", \.limits.headerTimeout, .patience, "time until the header is whole"),
                Setting("body-timeout", \.limits.bodyTimeout, .patience, "time a body may stand still"),
                Setting(
                    "write-timeout", \.limits.writeTimeout, .patience,
                    "time a reader may take nothing of its answer; seen within twice of it"),
            ]),
        SettingGroup(
            "What connections may take", for: [.serve],
            [
                Setting("max-connections", \.limits.connections, .integer(1...1_000_000), "open connections"),
                Setting(
                    "max-body-memory", \.limits.bodyMemory, .bytes(1 << 20...1 << 40),
                    "memory for all bodies, and for large answers"),
                Setting(
                    "body-ease", \.limits.bodyEase, .bytes(0...1 << 40),
                    "memory for bodies beyond which they come one after the other"),
                Setting(
                    "body-turn-timeout", \.limits.bodyTurnTimeout, .duration(.zero ... .seconds(86400)),
                    "time a body waits for its turn; then it comes all the same"),
                Setting("idle-timeout", \.limits.idleTimeout, .patience, "time a kept connection may be silent"),
                Setting(
                    "websocket-idle-timeout", \.limits.webSocketIdleTimeout, .patience,
                    "time a WebSocket may be silent"),
                Setting(
                    "websocket-idle-code", \.limits.webSocketIdleCode, .closeCode, "with what it is closed after that"),
                Setting(
                    "drain-limit", \.limits.drain, .bytes(0...1 << 30),
                    "how much of a refused body is read to keep the connection"),
                Setting(
                    "linger-timeout", \.limits.lingerTimeout, .duration(.zero ... .seconds(60)),
                    "time for a client still sending to read its refusal"),
            ]),
    ]

    private static let commandSettings: [SettingGroup<Configuration>] = [
        SettingGroup(
            "What to make", for: [.expand],
            [
                Setting(
                    "width", \.expand.width, .side,
                    "width of the canvas, which has at most \(Placement.mostPixels) pixels"),
                Setting("height", \.expand.height, .side, "height of the canvas"),
                Setting(
                    "scale", \.expand.scale, .scale, "canvas as many times the size of the picture, which is centered"),
                Setting("left", \.expand.left, .addition, "pixels to add on the left"),
                Setting("right", \.expand.right, .addition, "pixels to add on the right"),
                Setting("top", \.expand.top, .addition, "pixels to add at the top"),
                Setting("bottom", \.expand.bottom, .addition, "pixels to add at the bottom"),
                Setting(
                    "offset-x", \.expand.offsetX, .offset, "column of the picture's left edge; centered if not given"),
                Setting("offset-y", \.expand.offsetY, .offset, "row of the picture's top edge; centered if not given"),
                Setting("auto-crop", \.expand.autoCrop, .boolean, "cut off what leaves the canvas"),
                Setting("mode", \.expand.mode, .choice(), "how much effort the mosaic takes; other fills ignore it"),
                Setting(
                    "variant", \.expand.variant, .integer(0...1_000_000),
                    "another mosaic, always the same for a number; other fills ignore it"
                ),
                Setting(
                    "format", \.expand.format, .format,
                    "format of the file; if not given, its name decides, or in a folder what it was"),
                Setting("quality", \.expand.quality, .quality, "quality of JPEG [95] or WebP [80]; others ignore it"),
                Setting(
                    "transparency", \.expand.transparency, .choice(),
                    "keep transparent pixels, or fill them like the canvas"),
                Setting("background", \.expand.background, .color, "what lies under transparency in a JPEG"),
                Setting("threads", \.expand.threads, .integer(0...256), "threads to use; 0 uses one a core"),
            ]),
        SettingGroup(
            "What goes for all pictures", for: [.serve, .expand],
            [
                Setting("fill", \.pictures.fill, .fill, "what fills the canvas"),
                Setting(
                    "max-pixels", \.pictures.limits.pixels, .integer(1...1 << 30), "largest picture read, in pixels"),
                Setting(
                    "max-image-memory", \.pictures.limits.memory, .bytes(1 << 20...1 << 40),
                    "memory for decoding pictures, all that are decoded at once together"),
                Setting("max-input", \.pictures.limits.inputBytes, .bytes(64...4 << 30), "largest file read"),
                Setting("name-program", \.pictures.namesProgram, .boolean, "name this program in each file"),
            ]),
        SettingGroup(
            "How to check health", for: [.health],
            [
                Setting(
                    "url", \.health.url, .healthURL, variable: "OUTPAINT_HEALTH_URL",
                    "ask here in place of the configured address"),
                Setting(
                    "timeout", \.health.timeout, .duration(.milliseconds(1) ... .seconds(600)),
                    variable: "OUTPAINT_HEALTH_TIMEOUT", "time for the whole answer"),
            ]),
    ]
}

extension SettingKind<Duration> {
    /// How long to wait for a client: long enough for any, short enough that a lost one is let go the same day.
    fileprivate static var patience: SettingKind<Duration> { .duration(.milliseconds(1) ... .seconds(86400)) }
}
