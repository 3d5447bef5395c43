import Imaging
import Outpainting

/// Everything a run can be told, each with its default. `Configuration+Settings.swift` names them for people.
struct Configuration: Sendable {
    var host = "127.0.0.1"
    var port = 4880
    /// Addresses given one by one; where there are any, `host` and `port` do not count.
    var listen: [ListenAddress] = []
    /// Event loops; 0 stands for one a core.
    var loops = 0
    var shutdownTimeout = Duration.seconds(10)
    var log = Logging()
    var limits = Limits()
    var health = HealthCheck()
    var pictures = Pictures()
    var services = Services()
    var tasks = TaskBounds()
    var outgoing = Outgoing()
    var bfl = BFLService()
    var runware = RunwareService()
    var expand = Expansion()

    /// What is written, and how.
    struct Logging: Sendable {
        var level = LogLevel.info
        var format = LogFormat.text
        var access = AccessFormat.off
        var requestID = true
    }

    /// What one client, or all of them, may take.
    struct Limits: Sendable {
        var requestLine = 8 << 10
        var headerBytes = 64 << 10
        var headerFields = 100
        var body = 64 << 20
        var jsonValues = 1_000_000
        var bodyMemory = 1 << 30
        var bodyEase = 8 << 20
        var connections = 10_000
        var webSocketMessage = 64 << 20
        var webSocketQueue = 256 << 20
        var drain = 1 << 20
        var headerTimeout = Duration.seconds(10)
        var bodyTimeout = Duration.seconds(30)
        var bodyTurnTimeout = Duration.seconds(1)
        var writeTimeout = Duration.seconds(30)
        var idleTimeout = Duration.seconds(75)
        var webSocketIdleTimeout = Duration.seconds(120)
        var webSocketIdleCode = 1001
        var lingerTimeout = Duration.seconds(2)
    }

    /// What `outpaint expand` makes.
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
        var mode = Mode.high
        var variant = 0
        var format: PictureFormat?
        var quality: Int?
        var transparency = RenderingRequest.Transparency.kept
        var background = Color.white
        var threads = 0
    }

    /// How `outpaint health` asks.
    struct HealthCheck: Sendable {
        var url: HealthURL?
        var timeout = Duration.seconds(2)
    }

    /// Where to listen, or where to find the one that does.
    var addresses: [ListenAddress] {
        listen.isEmpty ? [.tcp(host: host, port: port)] : listen
    }
}
