/// How a task stands, in the service's own words.
public enum TaskStatus: String, CaseIterable, Sendable {
    case notFound = "Task not found"
    case pending = "Pending"
    case requestModerated = "Request Moderated"
    case contentModerated = "Content Moderated"
    case ready = "Ready"
    case error = "Error"
}
