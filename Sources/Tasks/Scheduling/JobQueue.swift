internal import Imaging
internal import System

/// The waiting jobs, served round-robin by namespace. A job that needs more decoding memory than is free is set aside.
/// Smaller jobs may overtake it, up to `overtakingLimit`.
struct JobQueue {
    private let memory: DecodingMemory
    private var jobs = FairQueue<Namespace, Job>()
    /// The job set aside that is next in turn, followed by the others.
    private var starved: Job?
    private var aside = FairQueue<Namespace, Job>()
    /// How many jobs have overtaken the starved one.
    private var overtaken = 0

    /// The maximum of `overtaken`.
    static let overtakingLimit = 100

    init(_ memory: DecodingMemory) { self.memory = memory }

    var count: Int { jobs.count + aside.count + (starved == nil ? 0 : 1) }

    /// Whether a job waits for memory.
    var lacksMemory: Bool { starved != nil }

    mutating func append(_ job: Job, for namespace: Namespace) { jobs.append(job, for: namespace) }

    /// Removes and returns the next job that can run now, with its memory share.
    mutating func next() -> (job: Job, share: DecodingMemory.Share)? {
        if starved?.state != .waiting {
            starved = aside.next(where: { $0.state == .waiting })?.element
            overtaken = 0
        }
        if let job = starved {
            if let share = memory.share(of: job.decodingBytes) {
                starved = nil
                return (job, share)
            }
            if overtaken >= JobQueue.overtakingLimit { return nil }
        }
        while let (namespace, job) = jobs.next(where: { $0.state == .waiting }) {
            if let share = memory.share(of: job.decodingBytes) {
                overtaken += 1
                return (job, share)
            }
            if starved == nil { (starved, overtaken) = (job, 0) } else { aside.append(job, for: namespace) }
        }
        return nil
    }

    /// Removes and returns any waiting job.
    mutating func removeAny() -> Job? {
        defer { starved = nil }
        if let job = starved, job.state == .waiting { return job }
        return (jobs.next(where: { $0.state == .waiting }) ?? aside.next(where: { $0.state == .waiting }))?.element
    }
}
