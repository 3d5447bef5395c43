/// What a task can be.
enum TaskType: String, CaseIterable, Sendable {
    case authentication, ping, imageInference, imageUpload, mediaStorage, accountManagement, getResponse, getTaskDetails

    /// The page that says what its parameters are.
    private var page: String? {
        switch self {
        case .imageInference: "https://runware.ai/docs/models/bfl-flux-outpainting"
        case .imageUpload: "https://runware.ai/docs/utilities/image-upload"
        case .mediaStorage: "https://runware.ai/docs/utilities/media-storage"
        case .accountManagement: "https://runware.ai/docs/utilities/account-management"
        case .getTaskDetails: "https://runware.ai/docs/utilities/task-details"
        case .getResponse: "https://runware.ai/docs/platform/task-polling"
        // Errors of these are known, and lead nowhere.
        case .authentication, .ping: nil
        }
    }

    /// Where a parameter is described, its path with dashes for dots; or the task as a whole.
    func documentation(of path: String?) -> String? {
        let anchor = path.map { "#request-" + $0.split(separator: ".").joined(separator: "-").lowercased() }
        return page.map { $0 + (anchor ?? "") }
    }
}
