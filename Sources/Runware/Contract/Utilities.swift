import JSON

// The task types other than outpainting, each with the description of its parameters.

/// A task that authenticates the caller.
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

/// A task that checks the connection.
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

/// A task that stores a picture.
struct ImageUpload: Sendable {
    var taskType = ""
    var taskUUID = ""
    /// Accepted because clients send it with every task; these tasks always end immediately.
    var delivery = ImageInference.Delivery.sync
    var image: JSONValue

    static let description = Description<ImageUpload>([
        .required("taskType", \.taskType, .oneOf([TaskType.imageUpload.rawValue])),
        .required("taskUUID", \.taskUUID, .uuid),
        .required("image", \.image, .text),
        .optional("deliveryMethod", \.delivery, .choice),
    ])
}

/// A task that stores or deletes a picture.
struct MediaStorage: Sendable {
    enum Operation: String, CaseIterable, Sendable {
        case upload, delete
    }

    var taskType = ""
    var taskUUID = ""
    /// Accepted because clients send it with every task; these tasks always end immediately.
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

/// A task that queries the caller's account.
struct AccountManagement: Sendable {
    enum Operation: String, CaseIterable, Sendable {
        case getDetails
    }

    var taskType = ""
    var taskUUID = ""
    /// Accepted because clients send it with every task; these tasks always end immediately.
    var delivery = ImageInference.Delivery.sync
    var operation = Operation.getDetails

    static let description = Description<AccountManagement>([
        .required("taskType", \.taskType, .oneOf([TaskType.accountManagement.rawValue])),
        .required("taskUUID", \.taskUUID, .uuid),
        .required("operation", \.operation, .choice),
        .optional("deliveryMethod", \.delivery, .choice),
    ])
}

/// A task that queries another task: its results or its details.
struct TaskQuestion: Sendable {
    var taskType = ""
    var taskUUID = ""
    /// Accepted because clients send it with every task; these tasks always end immediately.
    var delivery = ImageInference.Delivery.sync

    static let description = Description<TaskQuestion>([
        .required("taskType", \.taskType, .oneOf([TaskType.getResponse.rawValue, TaskType.getTaskDetails.rawValue])),
        .required("taskUUID", \.taskUUID, .uuid),
        .optional("deliveryMethod", \.delivery, .choice),
    ])
}
