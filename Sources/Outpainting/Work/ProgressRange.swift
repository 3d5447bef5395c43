/// The part of a fill's progress that one step covers: maps the step's 0 to 1 into its share of the whole.
struct ProgressRange: Sendable {
    private let report: FillProgress
    private let from: Double
    private let to: Double

    init(_ report: @escaping FillProgress) {
        (self.report, from, to) = (report, 0, 1)
    }

    private init(_ report: @escaping FillProgress, _ from: Double, _ to: Double) {
        (self.report, self.from, self.to) = (report, from, to)
    }

    /// Reports a share of this step; throws when the caller cancels.
    func reached(_ share: Double) throws(FillCancelled) {
        if !report(from + (to - from) * share) { throw FillCancelled() }
    }

    /// A part of this range.
    func part(_ from: Double, _ to: Double) -> ProgressRange {
        let length = self.to - self.from
        return ProgressRange(report, self.from + length * from, self.from + length * to)
    }
}
