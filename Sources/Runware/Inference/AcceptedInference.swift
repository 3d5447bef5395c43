import Tasks

/// An outpainting task that was accepted: its pictures, and the form of its results.
struct AcceptedInference: Sendable {
    let form: ResultForm
    let results: [TaskID]
}
