import Tasks

/// A finished picture of a task, to be told to its caller.
struct PictureItem: Sendable {
    let work: Work
    let task: Snapshot
    let picture: Picture
    /// Whether it was asked for by a poll, which is told a status too.
    let isPolled: Bool
}
