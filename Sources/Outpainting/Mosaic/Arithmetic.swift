/// Division that rounds down, also for negative numbers, as coordinates left of and above the reference need it.
func floorDivide(_ a: Int, _ b: Int) -> Int {
    let q = a / b
    return q * b > a ? q - 1 : q
}

/// Division that rounds up.
func ceilDivide(_ a: Int, _ b: Int) -> Int {
    -floorDivide(-a, b)
}

/// `v`, or the nearer end of `low...high`.
@inline(__always)
func clamp(_ v: Int, _ low: Int, _ high: Int) -> Int {
    v < low ? low : v > high ? high : v
}

/// The index that a mirror at each end of `0..<n` shows at `i`, held inside.
@inline(__always)
func reflect(_ i: Int, _ n: Int) -> Int {
    clamp(i < 0 ? -1 &- i : i >= n ? 2 &* n &- 1 &- i : i, 0, n &- 1)
}

/// Whether `0 <= i < n`, in one comparison.
@inline(__always)
func within(_ i: Int, _ n: Int) -> Bool {
    UInt(bitPattern: i) < UInt(bitPattern: n)
}
