internal import Crypto

/// The input of a task's picture, kept in the task's record until the picture is made, so that another process can
/// resume it.
public final class TaskOrder: Sendable {
    public let reference: BlobName
    /// The digest of the image.
    let image: SHA256.Digest
    public let recipe: Recipe
    let decodingBytes: Int

    init(reference: BlobName, image: SHA256.Digest, recipe: Recipe, decodingBytes: Int) {
        (self.reference, self.image, self.recipe, self.decodingBytes) = (reference, image, recipe, decodingBytes)
    }

    convenience init(_ image: InputImage, _ recipe: Recipe) {
        self.init(
            reference: image.owned.name, image: image.digest, recipe: recipe, decodingBytes: image.decodingBytes)
    }
}
