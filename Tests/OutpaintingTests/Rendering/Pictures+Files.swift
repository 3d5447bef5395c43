import Bytes
import Imaging
import Outpainting
import Parallel

extension Pictures {
    /// The scene with a transparent disc in the middle, half transparent at its rim, and a transparent corner.
    static func glass(_ width: Int, _ height: Int) -> SharedRaster {
        let scene = scene(width, height)
        return translucent(scene) { x, y in
            if x < width / 8, y < height / 8 { return 0 }
            let (dx, dy, radius) = (x - width / 2, y - height / 2, height / 4)
            let distance = dx * dx + dy * dy
            return distance > radius * radius ? 255 : distance > radius * radius / 2 ? 96 : 0
        }
    }

    /// A picture with an opacity for each pixel.
    static func translucent(_ picture: SharedRaster, _ alpha: (Int, Int) -> UInt8) -> SharedRaster {
        var raster = Raster(width: picture.width, height: picture.height, channels: 4)
        var pixels = raster.mutablePixels
        for i in 0..<picture.width * picture.height {
            for k in 0..<3 { pixels[4 * i + k] = picture.pixels[3 * i + k] }
            pixels[4 * i + 3] = alpha(i % picture.width, i / picture.width)
        }
        return SharedRaster(raster)
    }

    /// A picture as the file it is written to.
    static func file(_ picture: SharedRaster, _ output: OutputFormat = .png) throws -> [UInt8] {
        var encoder = ImageEncoder()
        var file = ByteBuffer()
        try encoder.encode(picture, as: output, into: &file)
        return array(file.bytes)
    }

    /// The picture in a file.
    static func decoded(_ file: [UInt8]) throws -> SharedRaster {
        SharedRaster(try ImageDecoder.decode(file.span).takeRaster())
    }

    /// Renders a file to a file.
    static func rendered(
        _ file: [UInt8], _ request: RenderingRequest, on workers: some Workers = SingleWorker(),
        progress: @escaping FillProgress = { _ in true }
    ) throws(RenderingError) -> [UInt8] {
        var renderer = Renderer()
        var result = ByteBuffer()
        try renderer.render(file.span, request, on: workers, into: &result, progress: progress)
        return array(result.bytes)
    }

    static func array(_ bytes: Span<UInt8>) -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for i in 0..<bytes.count { copy.append(bytes[i]) }
        return copy
    }
}

extension SharedRaster {
    /// The bytes of a part of the picture.
    func part(_ area: Rect) -> [UInt8] {
        (area.y..<area.bottom).flatMap { y in
            Pictures.array(row(y).extracting(area.x * channels..<area.right * channels))
        }
    }

    /// One pixel's channels.
    func pixel(_ x: Int, _ y: Int) -> [UInt8] { part(Rect(x: x, y: y, width: 1, height: 1)) }
}
