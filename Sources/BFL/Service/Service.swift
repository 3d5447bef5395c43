import Bytes
public import Intake
public import Outbound
public import Steering
public import System
public import Tasks

/// The BFL service: validates requests, queues pictures for the valid ones, and serves the results.
///
/// Checks run in the order of the real service: path and method, body, JSON, key, fields, and finally what no schema
/// covers: the image, its placement, credits and active tasks.
public final class Service: Sendable {
    let settings: Settings
    let tasks: TaskService
    let intake: Intake
    /// Runs submissions and image fetches.
    let threads: ThreadPool
    let fetches: OutboundPool<Namespace>
    let rates: RateWindow
    let steering: Steering

    /// Creates the service. Without a steering of its own, only texts in requests have effects. The caller stops the threads and the task service.
    public init(
        _ settings: Settings = Settings(), tasks: TaskService, intake: Intake = Intake(), threads: ThreadPool,
        fetches: OutboundPool<Namespace>, steering: Steering? = nil
    ) {
        self.settings = settings
        self.steering = steering ?? Steering(tasks.agenda, tasks.randomness)
        self.tasks = tasks
        self.intake = intake.taking([.png, .jpeg, .webp])
        (self.threads, self.fetches) = (threads, fetches)
        rates = RateWindow(limit: settings.ratePerSecond)
        tasks.world.add(rates)
        tasks.composeMessages(for: Service.name) { [weak self] view, entry in self?.message(entry, about: view) }
    }

    /// Distinguishes this service's tasks from another service's in the same task service.
    static let name: StaticString = "bfl"

    /// Returns a task only if it belongs to this service.
    static func own(_ view: TaskView?) -> TaskView? {
        view.flatMap { $0.record.namespace.belongs(to: name) ? $0 : nil }
    }
}
