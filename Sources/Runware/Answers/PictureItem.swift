import Tasks

/// A finished picture of a task, as an item of an answer.
struct PictureItem: Sendable {
    let form: ResultForm
    let task: TaskView
    let picture: Picture
    /// Whether the item answers a poll, in which case it has a status.
    let isPolled: Bool
}
