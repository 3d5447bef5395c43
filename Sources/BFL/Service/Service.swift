public import Intake
public import Outbound
public import System
public import Tasks

/// BFL's service: reads, checks and refuses requests, has pictures made of the good ones, and hands them out.
///
/// The checks come in the service's order: path and method, the whole body, its JSON, the key, then the fields, and last
/// what no schema can tell: the image, its place, credits and active tasks.
public final class Service: Sendable {
    let settings: Settings
    let workshop: Workshop
    let intake: Intake
    /// Where submits are read, where images are fetched, and what sends webhooks.
    let threads: ThreadPool
    let fetches: OutboundPool<Namespace>
    let messages: OutboundPool<Namespace>
    let rates: RateWindow

    /// The threads and the workshop are the caller's to stop.
    public init(
        _ settings: Settings = Settings(), workshop: Workshop, intake: Intake = Intake(), threads: ThreadPool,
        fetches: OutboundPool<Namespace>, messages: OutboundPool<Namespace>
    ) {
        self.settings = settings
        self.workshop = workshop
        self.intake = intake.taking([.png, .jpeg, .webp])
        self.threads = threads
        (self.fetches, self.messages) = (fetches, messages)
        rates = RateWindow(limit: settings.ratePerSecond)
    }

    /// What tells this service's tasks from another's in the same workshop.
    static let name: StaticString = "bfl"

    /// A task of this service.
    func task(_ id: TaskID) -> Snapshot? {
        workshop.task(id).flatMap { $0.record.namespace.belongs(to: Service.name) ? $0 : nil }
    }
}
