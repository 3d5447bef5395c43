/// The part of a fill's progress that one step covers: maps the step's 0 to 1 into its share of the whole.
struct ProgressRange: Sendable {
    private let callback: FillProgress
    private let from: Double
    private let to: Double

    init(_ callback: @escaping FillProgress) {
        (self.callback, from, to) = (callback, 0, 1)
    }

    private init(_ callback: @escaping FillProgress, _ from: Double, _ to: Double) {
        (self.callback, self.from, self.to) = (callback, from, to)
    }

    /// Reports a share of this step; throws when the caller cancels.
    func report(_ share: Double) throws(FillCancelled) {
        if !callback(from + (to - from) * share) { throw FillCancelled() }
    }

    /// A part of this range.
    func part(_ from: Double, _ to: Double) -> ProgressRange {
        let length = self.to - self.from
        return ProgressRange(callback, self.from + length * from, self.from + length * to)
    }
}
