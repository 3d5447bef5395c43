/// Tells a caller what becomes of one task: as many answers as were announced with each, from any thread.
typealias Say = @Sendable (Answer, Part) -> Void

/// Which of how many answers one is.
struct Part: Sendable {
    let number: Int
    let count: Int

    /// All there is to say.
    static let only = Part(number: 0, count: 1)
}
