internal import Crypto
internal import Synchronization
internal import Time

/// A picture to make, shared by all tasks that request the same content.
final class Job: @unchecked Sendable {
    let content: SHA256.Digest
    let recipe: Recipe
    /// The maximum memory for decoding. The input images of a job are decoded one at a time.
    let decodingBytes: Int

    // The properties below change only under the scheduler's lock.

    /// Kept until the tasks have received the result.
    var image: InputImage?
    var state = State.waiting
    /// Tasks that request the picture.
    var tasks: [Member] = []
    /// Called when the tasks have received the result.
    var waiters: [@Sendable () -> Void] = []

    struct Member {
        let id: TaskID
        let namespace: Namespace
        /// The task's input image, kept while another process might have to continue the task.
        let image: InputImage?
    }

    enum State: Equatable {
        case waiting
        case running(since: Ticks)
        case made
    }

    init(_ content: SHA256.Digest, _ image: InputImage, _ recipe: Recipe) {
        (self.content, self.recipe, self.image) = (content, recipe, image)
        decodingBytes = max(image.decodingBytes, recipe.mark?.image?.decodingBytes ?? 0)
    }
}
