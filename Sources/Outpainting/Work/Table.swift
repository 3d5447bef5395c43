internal import Glibc

/// A fixed run of plain values with one owner: an array without copies, growth and reference count.
///
/// Reading and writing an element is one bounds check and one access, in any loop. Writing does not need exclusive
/// access, so that several threads can fill one table. The caller must ensure that no element is written by one thread
/// while another reads or writes it; here each range, cell or region belongs to one worker at a time.
///
/// Elements are read and set, never changed in place: for a table owned by an object the thread sanitizer takes an
/// in-place change for a write to the whole table, and reports two of them as a race. Hence `add` in place of `+=`.
@safe struct Table<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    /// `count` initialized elements, freed by `deinit` alone.
    private let start: UnsafeMutablePointer<Element>
    let count: Int

    init(_ count: Int, repeating value: Element) {
        unsafe start = Table.allocate(count)
        unsafe start.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit {
        if Table.isLarge(count) {
            unsafe munmap(start, count * MemoryLayout<Element>.stride)
        } else {
            unsafe start.deallocate()
        }
    }

    /// Large tables are mapped and unmapped directly: in the heap, the tables of one step of a fill would still take
    /// memory beside those of the next.
    private static func isLarge(_ count: Int) -> Bool { count * MemoryLayout<Element>.stride >= 1 << 18 }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
        if !isLarge(count) { return .allocate(capacity: count) }
        let size = count * MemoryLayout<Element>.stride
        let pages = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        // MAP_FAILED is a macro Swift does not import: the address -1.
        guard let pages = unsafe pages, Int(bitPattern: pages) != -1 else { fatalError("out of memory: \(size)") }
        return unsafe pages.bindMemory(to: Element.self, capacity: count)
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

    /// Adds to an element, without looking for an overflow.
    @inline(__always)
    func add(_ amount: Element, at i: Int) where Element: FixedWidthInteger {
        self[i] = self[i] &+ amount
    }

    /// Sets every element.
    func fill(_ value: Element) {
        unsafe start.update(repeating: value, count: count)
    }
}
