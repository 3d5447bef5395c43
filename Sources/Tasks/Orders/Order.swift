internal import Bytes
internal import Crypto

/// What is to be made, and what it is worth.
public struct Order: Sendable {
    public var reference: Reference
    public var recipe: Recipe
    /// In millionths of a credit; taken when the task ends well.
    public var cost: Int64 = 0
    /// How long the picture is kept, in nanoseconds; as settings say if not given.
    public var resultLifetime: Int64?
    /// Tasks of the namespace that may be under way, this one included; as settings say if not given.
    public var activeLimit: Int?

    public init(_ reference: Reference, _ recipe: Recipe) {
        (self.reference, self.recipe) = (reference, recipe)
    }

    /// The address of the picture by its content: equal for work that is the same.
    var content: SHA256.Digest {
        var hash = SHA256()
        hash.update(reference.digest.bytes)
        hash.update(recipe.canonical)
        return hash.finish()
    }
}
