public import Intake
public import Outbound
public import System
public import Tasks

/// Runware's service, over REST and WebSocket: reads messages of tasks, has pictures made of the good ones, and tells what
/// becomes of them.
///
/// A message is read in this order: its JSON, the key, then each task for itself: its type, its parameters, its name, and last
/// what no description can tell: the image, its place, credits and room.
public struct Service: Sendable {
    let settings: Settings
    let workshop: Workshop
    /// For pictures of tasks, and for those that are to be kept.
    let intake: Intake
    let uploads: Intake
    /// Where messages are read, where images are fetched, and what sends webhooks and uploads.
    let threads: ThreadPool
    let fetches: OutboundPool<Namespace>
    let messages: OutboundPool<Namespace>
    let media: MediaLibrary
    /// The files that wait to be looked at.
    let uploadsWaiting: Allowance
    let book: TaskBook
    let usage: Usage
    let sessions: Sessions
    /// What an outpainting task must look like.
    let inference: Description<ImageInference>

    /// The threads and the workshop are the caller's to stop.
    public init(
        _ settings: Settings = Settings(), workshop: Workshop, intake: Intake = Intake(), threads: ThreadPool,
        fetches: OutboundPool<Namespace>, messages: OutboundPool<Namespace>
    ) {
        (self.settings, self.workshop) = (settings, workshop)
        (self.intake, uploads) = (intake.taking([.png, .jpeg, .webp]), intake)
        (self.threads, self.fetches, self.messages) = (threads, fetches, messages)
        media = MediaLibrary(
            of: workshop, folder: settings.spoolFolder, memory: settings.mediaMemory, limit: settings.mediaBytes,
            lifetime: settings.mediaLifetime)
        uploadsWaiting = Allowance(settings.uploadQueue)
        book = TaskBook(
            clock: workshop.clock, limit: settings.taskLimit, memory: settings.taskMemory,
            retention: settings.taskRetention)
        usage = Usage(clock: workshop.clock, limit: settings.callerLimit)
        sessions = Sessions(settings, workshop)
        inference = ImageInference.description(settings)
    }

    /// Lets go of whatever is over; whoever runs the service calls it now and then.
    public func sweep() {
        media.forget()
        book.forget()
        sessions.forget()
    }
}
