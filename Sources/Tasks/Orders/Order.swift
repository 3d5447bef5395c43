public import Bytes
internal import Crypto
public import Time

/// A request for a task: what to make, and what it costs.
public struct Order: Sendable {
    public var image: InputImage
    public var recipe: Recipe
    /// In millionths of a credit; charged when the task succeeds.
    public var cost: Int64 = 0
    /// How long the picture is kept; by default as in the settings.
    public var resultLifetime: Interval?
    /// The limit of active tasks in the namespace, including this one; by default as in the settings.
    public var activeLimit: Int?
    /// Whether the caller polls the task until it ends. If not, the caller is notified.
    public var isPolled = true
    /// What polls see over time; by default as in the settings.
    public var life: Life?
    /// Data that the service keeps with the task.
    public var note: SharedBytes?
    /// The messages to send when the task ends.
    public var outbox: [OutboxEntry] = []

    public init(_ image: InputImage, _ recipe: Recipe) {
        (self.image, self.recipe) = (image, recipe)
    }

    /// The content address of the picture, equal for identical work.
    var content: SHA256.Digest {
        var hash = SHA256()
        hash.update(image.digest.bytes)
        hash.update(recipe.canonical)
        return hash.finish()
    }
}
