import Time

/// The current step of a task in its life.
struct LifePosition: Hashable, Sendable {
    private(set) var step = 0
    /// When the step began.
    private(set) var entered: Instant
    /// How many polls have seen the step.
    private(set) var polls = 0
    /// When a poll last saw the task, or when it was accepted.
    private(set) var touched: Instant

    init(at instant: Instant) { (entered, touched) = (instant, instant) }

    /// Restores a saved position.
    init(step: Int, entered: Instant, polls: Int, touched: Instant) {
        (self.step, self.entered, self.polls, self.touched) = (step, entered, polls, touched)
    }

    /// Moves past all steps that are over at an instant. Steps that count polls take no time unless the task is polled.
    mutating func advance(in life: Life, to now: Instant, isPolled: Bool) {
        while step < life.steps.count - 1 {
            switch life.steps[step].length {
            case .span(let interval), .spread(let interval, _):
                guard entered + interval <= now else { return }
                next(at: entered + interval)
            case .polls(let count):
                guard !isPolled || polls >= count else { return }
                next(at: entered)
            case .endless:
                return
            }
        }
    }

    /// Counts a poll that saw the current step.
    mutating func count(in life: Life, at now: Instant) {
        touched = now
        guard step < life.steps.count - 1, case .polls(let count) = life.steps[step].length else { return }
        polls += 1
        if polls >= count { next(at: now) }
    }

    private mutating func next(at instant: Instant) {
        step += 1
        entered = instant
        polls = 0
    }

    func isLast(in life: Life) -> Bool { step == life.steps.count - 1 }
}
