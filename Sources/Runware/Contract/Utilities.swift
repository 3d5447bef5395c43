import JSON

// The tasks beside outpainting, each with the one description of its parameters.

/// Who is there.
struct Authentication: Sendable {
    var taskType = ""
    var key: JSONValue
    var session: String?

    static let description = Description<Authentication>([
        .required("taskType", \.taskType, .oneOf([TaskType.authentication.rawValue])),
        .required("apiKey", \.key, .text),
        .optional("connectionSessionUUID", \.session, .uuid),
    ])
}

/// Whether anybody is there.
struct Ping: Sendable {
    var taskType = ""
    var ping = true
    var taskUUID: String?

    static let description = Description<Ping>([
        .required("taskType", \.taskType, .oneOf([TaskType.ping.rawValue])),
        .optional("ping", \.ping, .boolean),
        .optional("taskUUID", \.taskUUID, .uuid),
    ])
}

/// A picture to keep.
struct ImageUpload: Sendable {
    var taskType = ""
    var taskUUID = ""
    /// Clients say it of every task; these are done at once.
    var delivery = ImageInference.Delivery.sync
    var image: JSONValue

    static let description = Description<ImageUpload>([
        .required("taskType", \.taskType, .oneOf([TaskType.imageUpload.rawValue])),
        .required("taskUUID", \.taskUUID, .uuid),
        .required("image", \.image, .text),
        .optional("deliveryMethod", \.delivery, .choice),
    ])
}

/// A picture to keep, or to let go of.
struct MediaStorage: Sendable {
    enum Operation: String, CaseIterable, Sendable {
        case upload, delete
    }

    var taskType = ""
    var taskUUID = ""
    /// Clients say it of every task; these are done at once.
    var delivery = ImageInference.Delivery.sync
    var operation = Operation.upload
    var media: JSONValue

    static let description = Description<MediaStorage>([
        .required("taskType", \.taskType, .oneOf([TaskType.mediaStorage.rawValue])),
        .required("taskUUID", \.taskUUID, .uuid),
        .required("operation", \.operation, .choice),
        .required("media", \.media, .text),
        .optional("deliveryMethod", \.delivery, .choice),
    ])
}

/// A question about the caller's account.
struct AccountManagement: Sendable {
    enum Operation: String, CaseIterable, Sendable {
        case getDetails
    }

    var taskType = ""
    var taskUUID = ""
    /// Clients say it of every task; these are done at once.
    var delivery = ImageInference.Delivery.sync
    var operation = Operation.getDetails

    static let description = Description<AccountManagement>([
        .required("taskType", \.taskType, .oneOf([TaskType.accountManagement.rawValue])),
        .required("taskUUID", \.taskUUID, .uuid),
        .required("operation", \.operation, .choice),
        .optional("deliveryMethod", \.delivery, .choice),
    ])
}

/// A question about another task: what became of it, or all about it.
struct TaskQuestion: Sendable {
    var taskType = ""
    var taskUUID = ""
    /// Clients say it of every task; these are done at once.
    var delivery = ImageInference.Delivery.sync

    static let description = Description<TaskQuestion>([
        .required("taskType", \.taskType, .oneOf([TaskType.getResponse.rawValue, TaskType.getTaskDetails.rawValue])),
        .required("taskUUID", \.taskUUID, .uuid),
        .optional("deliveryMethod", \.delivery, .choice),
    ])
}
