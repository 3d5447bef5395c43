import BFL
import HTTP
import Imaging
import Intake
import Outbound
import Outpainting
import Runware
import Tasks
import Time

/// All settings of a run. Each module defines its own settings; `Configuration+Settings.swift` maps them to names.
struct Configuration: Sendable {
    var host = "127.0.0.1"
    var port = 4880
    /// Explicit listen addresses; they override `host` and `port`.
    var listen: [ListenAddress] = []
    /// A settings file.
    var file: String?
    /// The number of event loops; 0 means one per core.
    var loops = 0
    var shutdownTimeout = Interval.seconds(10)
    var log = Logging()
    var privateAddresses = PrivateAddresses.auto

    var http = HTTP.Limits()
    var tasks = Tasks.Settings()
    /// How images are read from requests, and fetched.
    var intake = IntakeSettings()
    var outbound = Outbound.Settings()
    /// The transfer limits of webhooks and uploads.
    var messages = Outbound.Limits()
    var steering = SteeringSettings()
    var bfl = BFL.Settings()
    var runware = Runware.Settings()

    var health = HealthCheck()
    var expand = Expansion()

    /// The program name in files and outgoing requests.
    static let program = "outpaint \(version)"

    init() {
        outbound.userAgent = "outpaint/\(version)"
        bfl.software = Configuration.program
        runware.software = Configuration.program
        expand.software = Configuration.program
        applyPrivateAddresses()
    }

    /// How tests steer the emulator.
    struct SteeringSettings: Sendable {
        /// Files and folders of rules that exist from the start.
        var scenarios: [String] = []
        var adminToken: AdminToken?
        /// Whether answers say what was applied.
        var showsApplied = true
    }

    /// What is logged, and in which format.
    struct Logging: Sendable {
        var level = LogLevel.info
        var format = LogFormat.text
        var access = AccessFormat.off
        var requestID = true
    }

    /// Whether this machine and private networks may be reached.
    enum PrivateAddresses: String, CaseIterable, Sendable {
        /// Allowed if the server listens only on loopback addresses, because its clients can reach them anyway.
        case auto
        case allow, refuse
    }

    /// The settings of `outpaint expand`.
    struct Expansion: Sendable {
        var width: Int?
        var height: Int?
        var scale: Double?
        var left: Int?
        var right: Int?
        var top: Int?
        var bottom: Int?
        var offsetX: Int?
        var offsetY: Int?
        var autoCrop = false
        var mode = Outpainting.Mode.high
        var variant = 0
        var format: PictureFormat?
        var quality: Int?
        var transparency = RenderingRequest.Transparency.kept
        var background = Color.white
        var threads = 0
        var fill = "mosaic"
        var images = ImageLimits()
        var software: String?
    }

    /// The settings of `outpaint health`.
    struct HealthCheck: Sendable {
        var url: HealthURL?
        var timeout = Interval.seconds(2)
    }

    /// The addresses to listen on, or to find the server at.
    var addresses: [ListenAddress] {
        listen.isEmpty ? [.tcp(host: host, port: port)] : listen
    }

    /// Sets the address policy, which depends on where the server listens.
    /// Whether only programs on this machine can reach the server.
    var isLocal: Bool { addresses.allSatisfy(\.isLocal) }

    mutating func applyPrivateAddresses() {
        outbound.policy.allowsPrivate =
            switch privateAddresses {
            case .auto: isLocal
            case .allow: true
            case .refuse: false
            }
    }
}
