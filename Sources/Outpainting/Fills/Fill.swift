public import Imaging
public import Parallel

/// A way to invent the canvas around a reference.
///
/// A fill first thinks (`plan`), then paints rows on demand, so that an encoder can take them without a second canvas.
/// Fills work on RGB: a caller with transparency flattens or marks it before.
public protocol Fill: Sendable {
    /// Does everything but the pixels.
    ///
    /// The reference is what is placed, already cropped: as large as `placement.placed`, three channels. Pixels do not
    /// depend on the number of workers. `progress` is told how far the plan is, and asked whether to go on.
    func plan(
        _ reference: SharedRaster, _ placement: Placement, on workers: some Workers, progress: @escaping FillProgress
    ) throws(FillCancelled) -> any FillPlan
}

/// A canvas that is thought out and can be painted, any rows in any order, by many at once.
public protocol FillPlan: Sendable {
    /// The canvas.
    var canvas: Size { get }

    /// Runs of this many rows, from a multiple of it, are painted with the least effort.
    var rowsAtOnce: Int { get }

    /// Paints canvas rows into `pixels`, which holds just these rows, RGB, packed. Where the reference lies its pixels
    /// appear unchanged.
    func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>)
}

extension FillPlan {
    public var rowsAtOnce: Int { 1 }

    /// The whole canvas.
    public func canvas(on workers: some Workers = SingleWorker()) -> Raster {
        var raster = Raster(width: canvas.width, height: canvas.height)
        paintAll(&raster, on: workers)
        return raster
    }

    private func paintAll(_ raster: inout Raster, on workers: some Workers) {
        let (row, height) = (3 * canvas.width, canvas.height)
        let grain = max(1, 32 / rowsAtOnce) * rowsAtOnce
        let bands = Bands(raster.mutablePixels, rowBytes: row)
        workers.each(ceilDivide(height, grain), grain: 1) { range in
            for k in range {
                let rows = k * grain..<min(height, (k + 1) * grain)
                var part = bands.rows(rows)
                paint(rows, into: &part)
            }
        }
    }
}

extension Fill {
    /// Plans and paints the whole canvas; progress goes from 0 to 1.
    public func canvas(
        _ reference: SharedRaster, _ placement: Placement, on workers: some Workers = SingleWorker(),
        progress: @escaping FillProgress = { _ in true }
    ) throws(FillCancelled) -> Raster {
        // Pixels are the last range of the way.
        let plan = try plan(reference, placement, on: workers) { progress($0 * 0.95) }
        let canvas = plan.canvas(on: workers)
        if !progress(1) { throw FillCancelled() }
        return canvas
    }
}

/// Rows of one picture that are handed to several workers, no row to two.
@safe private struct Bands: @unchecked Sendable {
    private let start: UnsafeMutablePointer<UInt8>
    private let rowBytes: Int

    init(_ pixels: consuming MutableSpan<UInt8>, rowBytes: Int) {
        // The raster lives and is not touched otherwise while the workers run: `paintAll` holds it exclusively.
        unsafe start = pixels.withUnsafeMutableBufferPointer { unsafe $0.baseAddress.unsafelyUnwrapped }
        self.rowBytes = rowBytes
    }

    @_lifetime(borrow self)
    borrowing func rows(_ rows: Range<Int>) -> MutableSpan<UInt8> {
        let span = unsafe MutableSpan(
            _unsafeStart: start + rows.lowerBound * rowBytes, count: rows.count * rowBytes)
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}
