public import Intake
public import Outbound
public import Steering
public import System
public import Tasks

/// The Runware service, over REST and WebSocket: validates messages of tasks, queues pictures for the valid ones, and
/// replies with the results.
///
/// Checks run in this order: JSON, key, and then for each task: type, parameters, taskUUID, and finally what no
/// description covers: the image, its placement, credits and capacity.
public final class Service: Sendable {
    let settings: Settings
    let tasks: TaskService
    /// Decode images for tasks, and uploads that are stored.
    let intake: Intake
    let uploads: Intake
    /// Run message parsing and image fetches.
    let threads: ThreadPool
    let fetches: OutboundPool<Namespace>
    let media: MediaLibrary
    /// The bytes of uploads that wait to be processed.
    let uploadsWaiting: Allowance
    let index: TaskIndex
    let usage: Usage
    let sessions: Sessions
    /// The parameters of an outpainting task.
    let inference: Description<ImageInference>
    let steering: Steering

    /// Creates the service. Without a steering of its own, only texts in requests have effects. The caller stops the threads and the task service.
    public init(
        _ settings: Settings = Settings(), tasks: TaskService, intake: Intake = Intake(), threads: ThreadPool,
        fetches: OutboundPool<Namespace>, steering: Steering? = nil
    ) {
        self.steering = steering ?? Steering(tasks.agenda, tasks.randomness)
        (self.settings, self.tasks) = (settings, tasks)
        (self.intake, uploads) = (intake.taking([.png, .jpeg, .webp]), intake)
        (self.threads, self.fetches) = (threads, fetches)
        media = MediaLibrary(
            of: tasks, folder: settings.spoolFolder, memory: settings.mediaMemory, limit: settings.mediaBytes,
            lifetime: settings.mediaLifetime)
        uploadsWaiting = Allowance(settings.uploadQueue)
        index = TaskIndex(
            tasks.agenda, limit: settings.taskLimit, memory: settings.taskMemory, retention: settings.taskRetention)
        usage = Usage(clock: tasks.clock, limit: settings.callerLimit)
        let steering = self.steering
        sessions = Sessions(settings, tasks.agenda) { Service.send($0, over: $1, for: $2, steering) }
        inference = ImageInference.description(settings)
        for part in [media, index, usage, sessions] as [any WorldPart] { tasks.world.add(part) }
        tasks.composeMessages(for: Service.name) { [weak self] view, entry throws(Errno) in
            try self?.message(entry, about: view)
        }
    }

    /// Distinguishes this service's tasks from another service's in the same task service.
    static let name: StaticString = "runware"
}
