/// A fixed run of plain values with one owner: an array without copies, growth and reference count.
///
/// Reading and writing an element is one bounds check and one access, in any loop. Writing does not need exclusive
/// access, so that several threads can fill one table: whoever shares a table sees to it that no element is written by
/// one thread while another reads or writes it. In this room the workers' helpers do that, by giving each range, cell
/// or region to one worker at a time.
@safe struct Table<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    /// `count` initialised elements, freed by `deinit` alone.
    private let start: UnsafeMutablePointer<Element>
    let count: Int

    init(_ count: Int, repeating value: Element) {
        unsafe start = .allocate(capacity: count)
        unsafe start.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit {
        unsafe start.deallocate()
    }

    subscript(i: Int) -> Element {
        @inline(__always) get {
            precondition(UInt(bitPattern: i) < UInt(bitPattern: count))
            return unsafe start[i]
        }
        @inline(__always) nonmutating set {
            precondition(UInt(bitPattern: i) < UInt(bitPattern: count))
            unsafe start[i] = newValue
        }
        @inline(__always) nonmutating _modify {
            precondition(UInt(bitPattern: i) < UInt(bitPattern: count))
            yield unsafe &start[i]
        }
    }

    /// All elements, for loops that read many.
    var span: Span<Element> {
        @_lifetime(borrow self)
        borrowing get {
            let span = unsafe Span(_unsafeStart: UnsafePointer(start), count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The elements of `range`, to be written by one worker.
    @_lifetime(borrow self)
    borrowing func part(_ range: Range<Int>) -> MutableSpan<Element> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let span = unsafe MutableSpan(_unsafeStart: start + range.lowerBound, count: range.count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Sets every element.
    func fill(_ value: Element) {
        unsafe start.update(repeating: value, count: count)
    }
}
