import Tasks

/// An outpainting task that was accepted: which pictures are made for it, and how they are to be told.
final class Work: Sendable {
    /// As the caller wrote it.
    let taskUUID: String
    let results: [TaskID]
    let outputType: ImageInference.OutputType
    let tellsCost: Bool
    let isChecked: Bool
    /// What stands before paths in addresses for the caller.
    let base: String

    init(_ wish: ImageInference, _ results: [TaskID], base: String) {
        (taskUUID, self.results, self.base) = (wish.taskUUID, results, base)
        (outputType, tellsCost, isChecked) = (wish.outputType, wish.includeCost, wish.isChecked)
    }
}
