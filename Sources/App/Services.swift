import BFL
import HTTP
import Intake
import Net
import Outbound
import Tasks

/// What stands behind the routes: the workshop and its threads, and the services in front of them.
struct Services {
    let workshop: Workshop
    private let threads: ThreadPool
    private let outbound: OutboundPool
    private let bfl: BFL.Service
    /// Tasks that were known when memory was last given back.
    private var tasksSeen = 0

    init(_ configuration: Configuration) {
        workshop = Workshop(configuration.workshop)
        threads = ThreadPool("submit", threads: configuration.tasks.submitThreads)
        outbound = OutboundPool(
            configuration.outbound, threads: configuration.outgoing.threads, capacity: configuration.outgoing.queue)
        bfl = BFL.Service(
            configuration.bflService, workshop: workshop, intake: Intake(configuration.intake), threads: threads,
            outbound: outbound)
    }

    var routes: [Route] { bfl.routes }

    var fallback: Router.Fallback { bfl.fallback }

    /// Lets go of what is over. To be called now and then.
    mutating func tidy() {
        workshop.sweep()
        let counts = workshop.counts
        // Pictures need far more memory while they are made than when they are kept.
        let isQuiet = counts.waiting + counts.running == 0
        if isQuiet, counts.tasks != tasksSeen {
            tasksSeen = counts.tasks
            Machine.giveBackMemory()
        }
    }

    /// Ends whatever is under way: first what brings work, then the work.
    func stop() {
        threads.stop()
        outbound.stop()
        workshop.stop()
    }
}

extension Configuration {
    var workshop: Tasks.Settings {
        var settings = Tasks.Settings()
        settings.workers = tasks.workers
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
        settings.transfer.redirects = outgoing.redirects
        settings.transfer.connectTime = outgoing.connectTimeout
        settings.transfer.totalTime = outgoing.timeout
        return settings
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
        settings.errorLimit = bfl.errorLimit
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
}
