/// A task's status as the service names it.
public enum TaskStatus: String, CaseIterable, Sendable {
    case notFound = "Task not found"
    case pending = "Pending"
    case requestModerated = "Request Moderated"
    case contentModerated = "Content Moderated"
    case ready = "Ready"
    case error = "Error"
}
