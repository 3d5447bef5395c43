import Outpainting
import Time

extension Configuration {
    /// The table of settings, used by parsing, help, `--print-config` and `docs/settings.md`. Settings are named only
    /// here.
    static let settings = serverSettings + serviceSettings + commandSettings

    private static let serverSettings: [SettingGroup<Configuration>] = [
        SettingGroup(
            "Address", for: [.serve, .health],
            [
                Setting("host", \.host, .host, plain: "HOST", "address to listen on; 0.0.0.0 or :: stands for all"),
                Setting("port", \.port, .integer(0...65535), plain: "PORT", "TCP port"),
                Setting(
                    "listen", \.listen, each: .address,
                    "listen here in place of host and port; may be given several times"),
                Setting("config", \.file, .file, form: .file, "JSON file with settings, by the names of their flags"),
            ]),
        SettingGroup(
            "Log", for: [.serve],
            [
                Setting(
                    "log-level", \.log.level, .choice(), plain: "LOG_LEVEL", "least severe line to write to stderr"),
                Setting(
                    "log-format", \.log.format, .choice(), plain: "LOG_FORMAT",
                    "form of the log, the ready line and --print-config"),
                Setting("access-log", \.log.access, .choice(), "a line on stdout for each request"),
            ]),
        SettingGroup(
            "Server", for: [.serve],
            [
                Setting("loops", \.loops, .integer(0...64), "event loops; 0 runs one per core"),
                Setting("max-connections", \.http.connections, .integer(1...1_000_000), "open connections"),
                Setting(
                    "max-body", \.http.body, also: [\.http.webSocketMessage], .bytes(1 << 10...4 << 30),
                    "largest request body, and largest WebSocket message"),
                Setting(
                    "max-body-memory", \.http.bodyMemory, .bytes(1 << 20...1 << 40),
                    "memory for all request bodies and large answers together"),
                Setting("header-timeout", \.http.headTime, .patience, "time for a client to send its header"),
                Setting("body-timeout", \.http.bodyTime, .patience, "longest pause within a request body"),
                Setting(
                    "write-timeout", \.http.writeTime, .patience,
                    "disconnect a client that reads nothing for this long (detected within twice that)"),
                Setting("idle-timeout", \.http.idleTime, .patience, "time a connection waits for its next request"),
                Setting(
                    "websocket-idle-timeout", \.http.webSocketIdleTime, .patience,
                    "close a WebSocket that sends nothing for this long"),
                Setting(
                    "shutdown-timeout", \.shutdownTimeout, .duration(.zero ... .hours(1)),
                    "time after SIGTERM for requests in flight, and for tasks with a webhook or an upload"),
            ]),
    ]

    private static let commandSettings: [SettingGroup<Configuration>] = [
        SettingGroup(
            "Canvas", for: [.expand],
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
                Setting("mode", \.expand.mode, .choice(), "effort for the mosaic; other fills ignore it"),
                Setting(
                    "variant", \.expand.variant, .integer(0...1_000_000),
                    "another mosaic, always the same for a number; other fills ignore it"
                ),
                Setting(
                    "format", \.expand.format, .format,
                    "format of the file; if not given, that of its name, or in a folder that of the input"),
                Setting("quality", \.expand.quality, .quality, "quality of JPEG [95] or WebP [80]; others ignore it"),
                Setting(
                    "transparency", \.expand.transparency, .choice(),
                    "keep transparent pixels, or fill them like the canvas"),
                Setting("background", \.expand.background, .color, "color under transparent pixels in a JPEG"),
                Setting("threads", \.expand.threads, .integer(0...256), "threads to use; 0 uses one per core"),
            ]),
        SettingGroup(
            "Pictures", for: [.serve, .expand],
            [
                Setting("fill", \.bfl.fill, also: [\.runware.fill, \.expand.fill], .fill, "what fills the canvas"),
                Setting(
                    "max-pixels", \.tasks.images.pixels, also: [\.intake.images.pixels, \.expand.images.pixels],
                    .integer(1...1 << 30), "largest picture to read, in pixels"),
                Setting(
                    "max-input", \.tasks.images.inputBytes,
                    also: [\.intake.images.inputBytes, \.expand.images.inputBytes], .bytes(64...4 << 30),
                    "largest picture file to read"),
                Setting(
                    "max-image-memory", \.tasks.images.memory,
                    also: [\.intake.images.memory, \.expand.images.memory], .bytes(1 << 20...1 << 40),
                    "memory for decoding pictures, for all that are decoded at once together"),
                Setting(
                    "name-program", \.bfl.software, also: [\.runware.software, \.expand.software], .program,
                    "name this program in each picture file"),
            ]),
        SettingGroup(
            "Health check", for: [.health],
            [
                Setting(
                    "url", \.health.url, .healthURL, variable: "OUTPAINT_HEALTH_URL",
                    "ask here in place of the configured address"),
                Setting(
                    "timeout", \.health.timeout, .duration(.milliseconds(1) ... .minutes(10)),
                    variable: "OUTPAINT_HEALTH_TIMEOUT", "time for the whole answer"),
            ]),
    ]
}

extension SettingKind<Interval> {
    /// The range of client timeouts: long enough for any client, short enough to disconnect a dead one within a day.
    fileprivate static var patience: SettingKind<Interval> { .duration(.milliseconds(1) ... .days(1)) }
}
