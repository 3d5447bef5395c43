public import Imaging
public import Parallel

/// A way to invent the canvas around a reference.
///
/// A fill first decides (`plan`), then paints rows on demand, so that an encoder can take them without a second canvas.
/// Fills work on RGB: a caller separates transparency first.
public protocol Fill: Sendable {
    /// Decides everything but the pixels.
    ///
    /// `reference` is already cropped: as large as `placement.placed`, with three channels. Pixels do not depend on the
    /// number of workers. `progress` receives the share done and returns whether to go on.
    func plan(
        _ reference: SharedRaster, _ placement: Placement, on workers: some Workers, progress: @escaping FillProgress
    ) throws(FillCancelled) -> any FillPlan
}

/// A planned canvas. Any thread may paint any rows, in any order.
public protocol FillPlan: Sendable {
    /// The canvas.
    var canvas: Size { get }

    /// Painting is cheapest in runs of this many rows that start at a multiple of it.
    var rowsAtOnce: Int { get }

    /// Paints canvas rows into `pixels`, which holds exactly these rows, RGB, packed. Pixels of the reference are
    /// unchanged.
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
        // Painting is the last 5 per cent of the work.
        let plan = try plan(reference, placement, on: workers) { progress($0 * 0.95) }
        let canvas = plan.canvas(on: workers)
        if !progress(1) { throw FillCancelled() }
        return canvas
    }
}

/// The rows of one picture, each written by one worker.
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
