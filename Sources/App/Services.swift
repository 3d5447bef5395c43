import BFL
import Control
import HTTP
import Imaging
import Intake
import Outbound
import Runware
import Steering
import System
import Tasks
import Time

/// The services behind the routes: the task service with its threads, and the emulated services that use it.
struct Services {
    private let tasks: TaskService
    private let threads: ThreadPool
    private let fetches: OutboundPool<Namespace>
    private let messages: OutboundPool<Namespace>
    private let bfl: BFL.Service
    private let runware: Runware.Service
    private let outbound = OutboundExchanges()
    private let control: ControlPlane
    private let controlThreads: ThreadPool
    private let patientControlThreads: ThreadPool
    /// The number of known tasks when memory was last returned to the system.
    private var tasksSeen = 0

    /// The limits of concurrent and of waiting image fetches. One key may use at most half.
    private static let fetchThreads = 16
    private static let fetchQueue = 256
    /// The limits of concurrent and of waiting webhooks and uploads. One key may use at most half.
    private static let messageThreads = 16

    private static let controlCalls = 4
    /// Threads for calls of the control plane that move time. Each may wait for pictures and for the receivers of webhooks.
    private static let patientControlCalls = 16

    init(_ configuration: Configuration, _ log: Log, rules: [Rule] = [], token: AdminToken? = nil) {
        let reports = Reports(log)
        // 0 means one per core.
        threads = ThreadPool("submit", threads: 0)
        let outbound = outbound
        fetches = OutboundPool(
            "fetch", configuration.outbound, threads: Services.fetchThreads, capacity: Services.fetchQueue,
            report: { outbound.note($0) })
        messages = OutboundPool(
            "webhook", configuration.outbound, configuration.messages, threads: Services.messageThreads,
            observer: { reports.note($0) }, report: { outbound.note($0) })
        var foundations = TaskService.Foundations()
        // Uploaded images share this limit.
        let memory = DecodingMemory(limit: configuration.tasks.images.memory)
        foundations.memory = memory
        foundations.sender = messages
        tasks = TaskService(configuration.tasks, on: foundations) { reports.note($0) }
        let steering = Steering(
            tasks.agenda, tasks.randomness, showsApplied: configuration.steering.showsApplied)
        steering.begin(with: rules)
        tasks.world.add(steering)
        tasks.setMessageFault { steering.messageFault($0, $1) }
        controlThreads = ThreadPool("control", threads: Services.controlCalls)
        patientControlThreads = ThreadPool("clock", threads: Services.patientControlCalls)
        control = ControlPlane(
            tasks, steering, threads: controlThreads, patientThreads: patientControlThreads, token: token?.text)
        let intake = Intake(configuration.intake, memory: memory)
        var settings = configuration.bfl
        settings.alsoServed = [Services.runwareReference]
        bfl = BFL.Service(
            settings, tasks: tasks, intake: intake, threads: threads, fetches: fetches, steering: steering)
        runware = Runware.Service(
            configuration.runware, tasks: tasks, intake: intake, threads: threads, fetches: fetches,
            steering: steering)
    }

    var clock: Clock { tasks.clock }

    /// Tells layers of what the services fetch and send.
    func observe(with layers: [any Layer]) { outbound.observe(with: layers) }

    /// The section about Runware on the reference page. Runware's own documentation is not served.
    private static let runwareReference = ReferenceSection(
        id: "runware", title: "Runware: POST /v1 and its WebSocket",
        [
            """
            The same images by Runware's protocol: an array of tasks by POST to /v1 with authorization: Bearer KEY, or over a \
            WebSocket at /v1 after a task of type authentication. The model is bfl:flux@outpainting.
            """,
            "Tasks: " + Runware.Service.taskTypes.joined(separator: ", ") + ".",
            """
            imageInference answers with the image, or with deliveryMethod async at once; getResponse then tells how it stands. \
            webhookURL and uploadEndpoint have results sent elsewhere.
            """,
            "On the host names of one service, such as api.runware.ai, that service alone answers.",
        ],
        example: """
            [{"taskType": "imageInference", "taskUUID": "afed6468-1eca-46ef-a677-06aae34e47a4",
              "model": "bfl:flux@outpainting", "inputs": {"image": "https://example.com/photo.jpg"},
              "outpaint": {"left": 256, "right": 256}}]
            """)

    /// The routes per host: a service's own host names lead to that service, all others to both. `common` is served on
    /// all.
    func hosts(_ common: [Route]) -> Hosts {
        let common = common + control.routes
        return Hosts(
            Router(common + routes, fallback: fallback),
            [
                (BFL.Service.hosts, Router(common + bfl.routes, fallback: bfl.fallback)),
                (Runware.Service.hosts, Router(common + runware.routes)),
            ])
    }

    /// The routes of both services, for hosts that do not identify a service.
    var routes: [Route] { bfl.routes + runware.routes.map { $0.butForCallersOfBFL() } }

    var fallback: Router.Fallback { bfl.fallback }

    /// Returns memory left over from a burst of work to the system. Call it periodically.
    mutating func tidy() {
        let counts = tasks.counts
        // Making pictures needs far more memory than keeping them.
        let isQuiet = counts.waiting + counts.running == 0
        if isQuiet, counts.tasks != tasksSeen {
            tasksSeen = counts.tasks
            Machine.giveBackMemory()
        }
    }

    /// Stops the services when no more requests can arrive: first the sources of work, then the work, then the senders
    /// of messages. While `lasts` returns true, tasks with a webhook or an upload are still finished and their messages
    /// sent. `lasts` is called repeatedly and blocks for a moment each time. Messages due after `deadline` are not
    /// waited for.
    @discardableResult
    func stop(before deadline: Ticks = .now, while lasts: () -> Bool = { false }) -> Dropped {
        fetches.stop()
        while tasks.hasUnsent(before: deadline), lasts() {}
        threads.stop()
        messages.stop()
        let dropped = tasks.stop()
        controlThreads.stop()
        patientControlThreads.stop()
        return Dropped(waiting: dropped.waiting, running: dropped.running, unsent: dropped.unsent)
    }

    /// The work that was unfinished when the program ended.
    struct Dropped: Equatable {
        var waiting = 0
        var running = 0
        /// The number of tasks with an unsent webhook or upload.
        var unsent = 0
    }
}

extension Route {
    /// The same route, hidden from clients that send a BFL key and no Runware key.
    fileprivate func butForCallersOfBFL() -> Route {
        guard case .later(let answer) = handler else { return self }
        @Sendable func choose(_ request: consuming Request, _ responder: Responder) {
            if request.isOfBFL { return responder.respond(Router.plainFallback(request, .notFound)) }
            answer(request, responder)
        }
        return handled(by: .later(choose))
    }
}

extension Request {
    /// Whether the client sends a BFL key and no Runware key.
    fileprivate var isOfBFL: Bool {
        borrowing get { field("x-key") != nil && field("authorization") == nil }
    }
}
