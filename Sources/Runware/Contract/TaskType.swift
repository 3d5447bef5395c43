/// The type of a task.
enum TaskType: String, CaseIterable, Sendable {
    case authentication, ping, imageInference, imageUpload, mediaStorage, accountManagement, getResponse, getTaskDetails

    /// The documentation page of the task's parameters.
    private var page: String? {
        switch self {
        case .imageInference: "https://runware.ai/docs/models/bfl-flux-outpainting"
        case .imageUpload: "https://runware.ai/docs/utilities/image-upload"
        case .mediaStorage: "https://runware.ai/docs/utilities/media-storage"
        case .accountManagement: "https://runware.ai/docs/utilities/account-management"
        case .getTaskDetails: "https://runware.ai/docs/utilities/task-details"
        case .getResponse: "https://runware.ai/docs/platform/task-polling"
        // Errors of these types have no documentation page.
        case .authentication, .ping: nil
        }
    }

    /// The documentation URL of a parameter, whose anchor is its path with dashes instead of dots, or of the whole
    /// task.
    func documentation(of path: String?) -> String? {
        let anchor = path.map { "#request-" + $0.split(separator: ".").joined(separator: "-").lowercased() }
        return page.map { $0 + (anchor ?? "") }
    }
}
