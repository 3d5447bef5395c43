import Imaging
import Runware

// What the emulated services can be told, each with its default.

extension Configuration {
    /// What fills pictures, their bounds, and what is written into them.
    struct Pictures: Sendable {
        var fill = FillName.mosaic
        var limits = ImageLimits()
        var namesProgram = true
    }

    /// Who is let in, and what all services have in common.
    struct Services: Sendable {
        var keys: [Secret] = []
        var publicURL: BaseAddress?
        var trustsForwarded = true
        var jpegQuality = 95
        var webPQuality = 80
        var seed: UInt64?
        var deliveryOrigin: Origin?
        var image = ImageText()
    }

    /// What counts as an image in a request.
    struct ImageText: Sendable {
        var takesURLAlphabet = true
        var takesMissingPadding = true
        var takesDataURLs = true
        var takesLineBreaks = true
        var takesAddresses = true
    }

    /// The life of a task.
    struct TaskBounds: Sendable {
        var workers = 0
        var submitThreads = 0
        var sharesIdentical = true
        var queueLength = 1000
        var queueBytes = 2 << 30
        var credits = 1_000_000
        var namespaces = 100_000
        var resultLifetime = Duration.seconds(600)
        var retention = Duration.seconds(3600)
        var tasks = 1_000_000
        var resultBytes = 4 << 30
        var resultMemory = 2 << 20
        var referenceMemory = 2 << 20
        var spoolFolder = Folder.standard
    }

    /// What is BFL's alone.
    struct BFLService: Sendable {
        var highPrice = 10.0
        var fastPrice = 5.0
        var activeTasks = 24
        var ratePerSecond = 1200
        var missingIsNotFound = true
        var tellsProgress = true
        var resultNeedsKey = false
        var errorLimit = 100_000
        var refusalLimit = 16 << 20
        var echoLimit = 200
        var promptLimit = 16 << 10
        var webhookURL: WebAddress?
        var webhookSecret: Secret?
    }

    /// What is Runware's alone.
    struct RunwareService: Sendable {
        var price = 0.1
        var activeTasks = 1000
        var batchLimit = 1000
        var waitingMessages = 100
        var errorLimit = 100
        var echoLimit = 200
        var requestLimit = 64 << 10
        var refusesUnknown = true
        var unknownTaskIsError = true
        var partialStatus = 200
        var codes = Runware.Settings.CodeForm.path
        var conflictsAfterEnd = true
        var estimate = Runware.Settings.Estimate.total
        /// No limit of its own, if 0.
        var longestSide = 0
        var fastHasRules = true
        var resizesLarge = true
        var font = Folder.font
        var positions = Runware.Settings.Positions.center
        var balanceIsObject = false
        var resultLifetime = Duration.seconds(3600)
        var longestTTL = Duration.seconds(7 * 86_400)
        var tasks = 100_000
        var taskMemory = 128 << 20
        var uploadQueue = 128 << 20
        /// No limit, if 0.
        var longestUpload = 2048
        var mediaBytes = 1 << 30
        var mediaMemory = 4 << 20
        var mediaLifetime = Duration.seconds(30 * 86_400)
        var sessionLifetime = Duration.seconds(120)
        var sessions = 100_000
        var sessionAnswers = 1000
        var sessionMemory = 64 << 20
        var refusesStaleSessions = false
        var wrongKeyCode = 0
        var takeoverCode = 1008
        var wrapsWebhooks = false
        var webhookAcknowledges = false
        var webhookTimeout = Duration.seconds(5)
        var webhookRetries = 8
    }

    /// What goes out: images to fetch, webhooks to send.
    struct Outgoing: Sendable {
        var privateAddresses = PrivateAddresses.auto
        var redirects = 3
        var connectTimeout = Duration.seconds(5)
        var timeout = Duration.seconds(30)
        var fetchThreads = 16
        var fetchQueue = 256
        var webhookThreads = 16
        var webhookQueue = 256
        var authorities: Folder?
        var checksCertificates = true
    }

    /// Whether this machine and networks around it may be reached.
    enum PrivateAddresses: String, CaseIterable, Sendable {
        /// They may if the server itself is on a loopback address alone: whoever asks could reach them anyway.
        case auto
        case allow, refuse
    }

    var allowsPrivateAddresses: Bool {
        switch outgoing.privateAddresses {
        case .auto: addresses.allSatisfy(\.isLocal)
        case .allow: true
        case .refuse: false
        }
    }
}
