/// A range of the way of a fill: what a step reports from 0 to 1 is laid into the share the step has of the whole.
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

    /// Reports a share of this range; throws when the caller wants no more of it.
    func reached(_ share: Double) throws(FillCancelled) {
        if !report(from + (to - from) * share) { throw FillCancelled() }
    }

    /// A part of this range.
    func part(_ from: Double, _ to: Double) -> ProgressRange {
        let length = self.to - self.from
        return ProgressRange(report, self.from + length * from, self.from + length * to)
    }
}
