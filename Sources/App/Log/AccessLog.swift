/// Writes a line a request, or nothing at all.
struct AccessLog: Sendable {
    let format: AccessFormat
    let sink: any Sink

    var isOn: Bool { format != .off }

    /// The record is only made where it is wanted.
    func write(_ record: @autoclosure () -> AccessRecord) {
        switch format {
        case .off: return
        case .text: record().line(.text).write(to: sink)
        case .json: record().line(.json).write(to: sink)
        }
    }
}
