internal import Imaging
internal import System

/// The jobs that wait, in lines that take turns. One that finds too little memory left to be decoded stands aside until there is
/// enough, and those behind it that need less go first; but only so many do.
struct JobLines {
    private let memory: DecodingMemory
    private var lines = FairQueue<Namespace, Job>()
    /// The one whose turn it is of those who stand aside, and the others.
    private var first: Job?
    private var aside = FairQueue<Namespace, Job>()
    /// How many have gone before the first.
    private var overtaken = 0

    /// How many may.
    static let patience = 100

    init(_ memory: DecodingMemory) { self.memory = memory }

    var count: Int { lines.count + aside.count + (first == nil ? 0 : 1) }

    /// Whether somebody waits for memory.
    var lacksMemory: Bool { first != nil }

    mutating func append(_ job: Job, for namespace: Namespace) { lines.append(job, for: namespace) }

    /// The next job that waits and can be done now, with the memory for it.
    mutating func next() -> (job: Job, share: DecodingMemory.Share)? {
        if first?.state != .waiting {
            first = aside.next(where: { $0.state == .waiting })?.element
            overtaken = 0
        }
        if let job = first {
            if let share = memory.share(of: job.decodingBytes) {
                first = nil
                return (job, share)
            }
            if overtaken >= JobLines.patience { return nil }
        }
        while let (namespace, job) = lines.next(where: { $0.state == .waiting }) {
            if let share = memory.share(of: job.decodingBytes) {
                overtaken += 1
                return (job, share)
            }
            if first == nil { (first, overtaken) = (job, 0) } else { aside.append(job, for: namespace) }
        }
        return nil
    }

    /// Takes out any job that waits.
    mutating func takeAny() -> Job? {
        defer { first = nil }
        if let job = first, job.state == .waiting { return job }
        return (lines.next(where: { $0.state == .waiting }) ?? aside.next(where: { $0.state == .waiting }))?.element
    }
}
