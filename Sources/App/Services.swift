import BFL
import HTTP
import Imaging
import Intake
import Outbound
import Runware
import System
import Tasks

/// What stands behind the routes: the workshop and its threads, and the services in front of them.
struct Services {
    private let workshop: Workshop
    private let threads: ThreadPool
    private let fetches: OutboundPool<Namespace>
    private let messages: OutboundPool<Namespace>
    private let reports: Reports
    private let bfl: BFL.Service
    private let runware: Runware.Service
    /// Tasks that were known when memory was last given back.
    private var tasksSeen = 0

    init(_ configuration: Configuration, _ log: Log) {
        let reports = Reports(log)
        self.reports = reports
        // For what is uploaded too.
        let memory = DecodingMemory(limit: configuration.pictures.limits.memory)
        workshop = Workshop(configuration.workshop, memory: memory) { reports.hear($0) }
        threads = ThreadPool("submit", threads: configuration.tasks.submitThreads)
        let outgoing = configuration.outgoing
        fetches = OutboundPool(
            "fetch", configuration.outbound, threads: outgoing.fetchThreads, capacity: outgoing.fetchQueue)
        messages = OutboundPool(
            "webhook", configuration.outbound, configuration.transfers, threads: outgoing.webhookThreads,
            capacity: outgoing.webhookQueue, told: { reports.hear($0) })
        let intake = Intake(configuration.intake, memory: memory)
        bfl = BFL.Service(
            configuration.bflService, workshop: workshop, intake: intake, threads: threads, fetches: fetches,
            messages: messages)
        runware = Runware.Service(
            configuration.runwareService, workshop: workshop, intake: intake, threads: threads, fetches: fetches,
            messages: messages)
    }

    var routes: [Route] { bfl.routes + runware.routes }

    var fallback: Router.Fallback { bfl.fallback }

    /// Lets go of what is over. To be called now and then.
    mutating func tidy() {
        workshop.sweep()
        runware.sweep()
        let counts = workshop.counts
        // Pictures need far more memory while they are made than when they are kept.
        let isQuiet = counts.waiting + counts.running == 0
        if isQuiet, counts.tasks != tasksSeen {
            tasksSeen = counts.tasks
            Machine.giveBackMemory()
        }
    }

    /// Ends whatever is under way when nobody can ask any more: first what brings work, then the work, then what tells of it.
    /// While `lasts`, which is asked again and again and takes its time, tasks that a webhook or an upload awaits are still
    /// done and told; what is to be sent after `deadline` is not waited for.
    @discardableResult
    func stop(before deadline: Int64 = 0, while lasts: () -> Bool = { false }) -> Dropped {
        fetches.stop()
        while workshop.awaited > 0, lasts() {}
        // What they are told is written on these threads.
        threads.stop()
        while !messages.isIdle(before: deadline), lasts() {}
        messages.stop()
        let tasks = workshop.stop()
        return Dropped(waiting: tasks.waiting, running: tasks.running, messages: reports.lostAtStop)
    }

    /// What was not done when the program ended.
    struct Dropped: Equatable {
        var waiting = 0
        var running = 0
        /// Webhooks and uploads.
        var messages = 0
    }
}

extension Configuration {
    var workshop: Tasks.Settings {
        var settings = Tasks.Settings()
        settings.workers = tasks.workers
        settings.sharesIdentical = tasks.sharesIdentical
        settings.queueLength = tasks.queueLength
        settings.queueBytes = tasks.queueBytes
        settings.resultLifetime = tasks.resultLifetime.nanoseconds
        settings.taskRetention = tasks.retention.nanoseconds
        settings.taskLimit = tasks.tasks
        settings.resultBytes = tasks.resultBytes
        settings.resultMemory = tasks.resultMemory
        settings.referenceMemory = tasks.referenceMemory
        settings.spoolFolder = tasks.spoolFolder.text
        settings.balance = Int64(tasks.credits) * 1_000_000
        settings.namespaceLimit = tasks.namespaces
        settings.seed = services.seed
        settings.images = pictures.limits
        return settings
    }

    var intake: IntakeSettings {
        var settings = IntakeSettings()
        settings.takesURLAlphabet = services.image.takesURLAlphabet
        settings.takesMissingPadding = services.image.takesMissingPadding
        settings.takesDataURLs = services.image.takesDataURLs
        settings.takesLineBreaks = services.image.takesLineBreaks
        settings.takesAddresses = services.image.takesAddresses
        settings.images = pictures.limits
        settings.transfer = transfers
        return settings
    }

    var transfers: Outbound.Limits {
        var limits = Outbound.Limits()
        limits.redirects = outgoing.redirects
        limits.connectTime = outgoing.connectTimeout
        limits.totalTime = outgoing.timeout
        return limits
    }

    var outbound: Outbound.Settings {
        var settings = Outbound.Settings()
        settings.policy = AddressPolicy(allowsPrivate: allowsPrivateAddresses)
        settings.authorities = outgoing.authorities?.text
        settings.checksCertificates = outgoing.checksCertificates
        settings.userAgent = "outpaint/\(version)"
        return settings
    }

    var bflService: BFL.Settings {
        var settings = BFL.Settings()
        settings.keys = services.keys.map { APIKey($0.text) }
        settings.resultNeedsKey = bfl.resultNeedsKey
        settings.valueLimit = limits.jsonValues
        settings.errorLimit = bfl.errorLimit
        settings.refusalLimit = bfl.refusalLimit
        settings.echoLimit = bfl.echoLimit
        settings.promptLimit = bfl.promptLimit
        settings.fill = pictures.fill.text
        settings.jpegQuality = services.jpegQuality
        settings.webPQuality = services.webPQuality
        settings.software = pictures.namesProgram ? "outpaint \(version)" : nil
        settings.highPrice = bfl.highPrice
        settings.fastPrice = bfl.fastPrice
        settings.activeTasks = bfl.activeTasks
        settings.ratePerSecond = bfl.ratePerSecond
        settings.missingIsNotFound = bfl.missingIsNotFound
        settings.tellsProgress = bfl.tellsProgress
        settings.deliveryOrigin = services.deliveryOrigin?.text
        settings.webhookURL = bfl.webhookURL?.text
        settings.webhookSecret = bfl.webhookSecret?.text
        settings.publicURL = services.publicURL?.text
        settings.trustsForwarded = services.trustsForwarded
        return settings
    }

    var runwareService: Runware.Settings {
        var settings = Runware.Settings()
        settings.keys = services.keys.map { APIKey($0.text) }
        settings.valueLimit = limits.jsonValues
        settings.batchLimit = runware.batchLimit
        settings.waitingMessages = runware.waitingMessages
        settings.errorLimit = runware.errorLimit
        settings.refusesUnknown = runware.refusesUnknown
        settings.echoLimit = runware.echoLimit
        settings.requestLimit = runware.requestLimit
        settings.unknownTaskIsError = runware.unknownTaskIsError
        settings.partialStatus = runware.partialStatus
        settings.codes = runware.codes
        settings.conflictsAfterEnd = runware.conflictsAfterEnd
        settings.estimate = runware.estimate
        settings.fill = pictures.fill.text
        settings.software = pictures.namesProgram ? "outpaint \(version)" : nil
        settings.longestSide = runware.longestSide > 0 ? runware.longestSide : nil
        settings.fastHasRules = runware.fastHasRules
        settings.resizesLarge = runware.resizesLarge
        settings.font = runware.font.text
        settings.positions = runware.positions
        settings.price = runware.price
        settings.activeTasks = runware.activeTasks
        settings.balanceIsObject = runware.balanceIsObject
        settings.resultLifetime = runware.resultLifetime.nanoseconds
        settings.taskRetention = tasks.retention.nanoseconds
        settings.taskLimit = runware.tasks
        settings.longestTTL = runware.longestTTL.nanoseconds
        settings.taskMemory = runware.taskMemory
        settings.uploadQueue = runware.uploadQueue
        settings.callerLimit = tasks.namespaces
        settings.longestUpload = runware.longestUpload > 0 ? runware.longestUpload : nil
        settings.mediaBytes = runware.mediaBytes
        settings.mediaMemory = runware.mediaMemory
        settings.spoolFolder = tasks.spoolFolder.text
        settings.mediaLifetime = runware.mediaLifetime.nanoseconds
        settings.sessionLifetime = runware.sessionLifetime.nanoseconds
        settings.sessionLimit = runware.sessions
        settings.sessionAnswers = runware.sessionAnswers
        settings.sessionMemory = runware.sessionMemory
        settings.refusesStaleSessions = runware.refusesStaleSessions
        settings.wrongKeyCode = runware.wrongKeyCode
        settings.takeoverCode = runware.takeoverCode
        settings.wrapsWebhooks = runware.wrapsWebhooks
        settings.webhookAcknowledges = runware.webhookAcknowledges
        settings.webhookTime = runware.webhookTimeout.nanoseconds
        settings.webhookRetries = runware.webhookRetries
        settings.publicURL = services.publicURL?.text
        settings.trustsForwarded = services.trustsForwarded
        settings.deliveryOrigin = services.deliveryOrigin?.text
        return settings
    }
}
