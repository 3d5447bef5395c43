import Bytes
import Imaging
import Testing

@Suite struct ProbeTests {
    @Test(arguments: [
        ("II*\u{0}....", UnsupportedFormat.tiff),
        ("MM\u{0}*....", .tiff),
        ("....ftypavif", .avif), ("....ftypheic", .heic), ("....ftypmif1", .heic), ("....ftypisom", .video),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", .svg), ("<?xml version='1.0'?>\n<!-- x -->\n<SVG>", .svg),
        ("\u{FEFF} \n<svg>", .svg), ("<!DOCTYPE html><title>404</title>", .html), ("%PDF-1.7", .pdf),
        ("8BPS", .psd), ("\u{0}\u{0}\u{1}\u{0}", .icon), ("qoif", .qoi), ("....jP  ", .jpeg2000), ("....JXL ", .jpegXL),
        ("RIFF....AVI LIST", .video),
    ])
    func `unsupported formats are refused by name`(text: String, format: UnsupportedFormat) {
        let error = refusal(Array(text.utf8))
        #expect(error == "\(format.rawValue) is not read; PNG, JPEG, WebP, GIF and BMP are")
    }

    @Test(arguments: [("gif-4.gif", "GIF"), ("bmp-24.bmp", "BMP")])
    func `a format that is turned off is refused by name`(name: String, format: String) {
        var limits = ImageLimits()
        limits.formats = [.png, .jpeg, .webp]
        let file = ImageFixtures.array(name)
        #expect(refusal(file, limits) == "\(format) is not read; PNG, JPEG and WebP are")
        // A prefix of the signature of a disabled format is not an image.
        #expect(refusal(Array(file.prefix(1)), limits) == "this is not an image; PNG, JPEG and WebP are read")
    }

    @Test func `a file that is no image is refused as such`() {
        #expect(refusal([]) == "the image is empty")
        for text in ["hello", "{\"a\": 1}", "<x>", "RIFF....WAVE"] {
            #expect(
                refusal(Array(text.utf8)) == "this is not an image; PNG, JPEG, WebP, GIF and BMP are read", "\(text)")
        }
        let zeros = refusal([UInt8](repeating: 0, count: 1000))
        #expect(zeros == "this is not an image; PNG, JPEG, WebP, GIF and BMP are read")
    }

    @Test(arguments: [
        "png-rgb-8.png", "jpeg-orientation-6.jpg", "webp-lossy.webp", "webp-lossless.webp", "webp-orientation-5.webp",
        "gif-4.gif", "bmp-24.bmp", "bmp-24-core.bmp", "bmp-32-alpha-fields.bmp", "bmp-32-alpha-124.bmp",
    ])
    func `every prefix of a header is reported as truncated`(name: String) throws {
        let file = ImageFixtures.array(name)
        let whole = try ImageProbe(file.span)
        for count in 1..<file.count {
            let found = Result { () throws(ImageError) in try ImageProbe(file.span.extracting(first: count)) }
            switch found {
            case .success(let probe): #expect(probe == whole, "\(count) bytes")
            case .failure(let error):
                #expect(error.reason == .truncated && error.format == whole.format, "\(count) bytes")
            }
        }
    }

    @Test func `sizes are checked against the bounds`() throws {
        var limits = ImageLimits()
        (limits.pixels, limits.side) = (1000, 100)
        func refusal(_ width: Int, _ height: Int) throws -> ImageError.Reason? {
            let probe = try ImageProbe(CraftedFiles.pngHeader(width: width, height: height).span)
            do throws(ImageError) { try probe.check(limits) } catch { return error.reason }
            return nil
        }
        #expect(try refusal(100, 10) == nil)
        #expect(try refusal(101, 1) == .tooMuch(.side, asked: 101, allowed: 100))
        #expect(try refusal(1, 101) == .tooMuch(.side, asked: 101, allowed: 100))
        #expect(try refusal(91, 11) == .tooMuch(.pixels, asked: 1001, allowed: 1000))
        #expect(try refusal(0x7fff_ffff, 0x7fff_ffff) == .tooMuch(.side, asked: 0x7fff_ffff, allowed: 100))
    }

    @Test(arguments: [
        (25, 5, "color type 5 with 8 bits"), (24, 4, "color type 2 with 4 bits"), (26, 1, "unknown compression"),
        (27, 1, "unknown compression"), (28, 2, "unknown compression"), (19, 0, "the size is 0 x"),
        (16, 0x80, "the size is 2147483669 x"), (11, 12, "it does not begin with a header"),
        (12, 0x49 ^ 1, "it does not begin with a header"),
    ])
    func `PNG headers that break a rule are corrupt`(at: Int, value: UInt8, message: String) {
        var file = ImageFixtures.array("png-rgb-8.png")
        file[at] = value
        let error = refusal(file)
        #expect(error.hasPrefix("PNG: the file is corrupt: \(message)"), "\(error)")
    }

    @Test func `unsupported kinds of JPEG are refused by name`() throws {
        var file = ImageFixtures.array("jpeg-sample-1x1.jpg")
        let frame = try #require((0..<file.count).first { file[$0] == 0xff && file[$0 + 1] == 0xc0 })
        file[frame + 4] = 12
        #expect(refusal(file) == "JPEG: 12 bits a sample is not supported")
        file[frame + 4] = 8
        file[frame + 1] = 0xc3
        #expect(refusal(file) == "JPEG: lossless coding is not supported")
        file[frame + 1] = 0xc5
        #expect(refusal(file) == "JPEG: hierarchical coding is not supported")
        file[frame + 1] = 0xc0
        (file[frame + 5], file[frame + 6]) = (0, 0)
        #expect(refusal(file) == "JPEG: the file is corrupt: the size is 45 x 0")
    }

    @Test func `a WebP whose frame differs from its canvas in size is corrupt`() {
        var file = ImageFixtures.array("webp-extended-without-alpha.webp")
        file[24] += 1
        #expect(refusal(file) == "WebP: the file is corrupt: the picture is not of the canvas's size")
    }

    /// The header of a BMP with another number of 16 or 32 bits in it.
    @Test(arguments: [
        (14, 41, "a header of 41 bytes"), (18, 0, "the size is 0 x 13"), (22, 0, "the size is 21 x 0"),
        (28, 7, "7 bits a pixel with compression 0"), (30, 1, "24 bits a pixel with compression 1"),
        (30, 9, "24 bits a pixel with compression 9"), (10, 53, "the pixels begin in the header"),
    ])
    func `BMP headers that break a rule are corrupt`(at: Int, value: UInt8, message: String) {
        var file = ImageFixtures.array("bmp-24.bmp")
        file[at] = value
        #expect(refusal(file) == "BMP: the file is corrupt: \(message)")
    }

    @Test func `unsupported kinds of BMP are refused by name`() {
        var file = ImageFixtures.array("bmp-4.bmp")
        file[30] = 2
        #expect(refusal(file) == "BMP: runs of four bits is not supported")
        file[30] = 5
        #expect(refusal(file) == "BMP: compression 5 is not supported")
    }

    @Test func `bit fields of a BMP must be contiguous`() {
        var file = ImageFixtures.array("bmp-16-565.bmp")
        file[54] = 0x05
        #expect(refusal(file) == "BMP: the file is corrupt: colors that are not bits side by side")
        (file[54], file[55]) = (0, 0)
        #expect(refusal(file) == "BMP: the file is corrupt: colors that are not bits side by side")
    }

    private func refusal(_ bytes: [UInt8], _ limits: ImageLimits = ImageLimits()) -> String {
        do throws(ImageError) {
            _ = try ImageProbe(bytes.span, within: limits)
            return "read"
        } catch {
            return error.description
        }
    }
}
