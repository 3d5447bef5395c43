internal import Imaging

/// A canvas that is its reference.
struct CopyPlan: FillPlan {
    private let picture: SharedRaster

    init(_ picture: SharedRaster) {
        self.picture = picture
    }

    var canvas: Size { Size(width: picture.width, height: picture.height) }

    func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>) {
        let picture = picture
        for y in rows { pixels.copy(picture.row(y), to: (y - rows.lowerBound) * 3 * picture.width) }
    }
}
