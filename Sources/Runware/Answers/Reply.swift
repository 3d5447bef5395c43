/// Sends an answer about one task to its caller. Called from any thread, once for each part.
typealias Reply = @Sendable (Answer, Part) -> Void

/// The number of a part among all answers to a task.
struct Part: Sendable {
    let number: Int
    let count: Int

    /// The only part.
    static let only = Part(number: 0, count: 1)
}
