internal import Bytes
internal import Imaging
internal import Outpainting

// Archive encoding of recipes. Files are not included; they are referenced by digest.

extension ArchiveWriter {
    mutating func write(_ size: Size) {
        write(size.width)
        write(size.height)
    }

    mutating func write(_ recipe: Recipe) {
        write(recipe.fill)
        write(recipe.canvas)
        write(optional: recipe.offsetX) { $1.write($0) }
        write(optional: recipe.offsetY) { $1.write($0) }
        write(recipe.autoCrop)
        write(recipe.mode.rawValue)
        write(recipe.keepsFastRules)
        write(recipe.variant)
        switch recipe.output {
        case .png: write("png")
        case .jpeg(let quality):
            write("jpeg")
            write(quality)
        case .webp(let quality):
            write("webp")
            write(quality)
        case .losslessWebP: write("lossless")
        }
        write(recipe.transparency.rawValue)
        for part in [recipe.background.red, recipe.background.green, recipe.background.blue] { write(Int(part)) }
        write(optional: recipe.software) { $1.write($0) }
        write(optional: recipe.referenceSize) { $1.write($0) }
        write(optional: recipe.mark) { $1.write($0) }
    }

    private mutating func write(_ mark: Recipe.Mark) {
        switch mark.content {
        case .text(let text, let font, let color, let box):
            write("text")
            write(text)
            write(font)
            for part in [color, box ?? color] { for value in [part.red, part.green, part.blue] { write(Int(value)) } }
            write(box != nil)
        case .picture(let image):
            write("picture")
            write(image.digest)
        }
        write(mark.placing.horizontal)
        write(mark.placing.vertical)
        write(mark.placing.isTiled)
        write(mark.opacity)
    }
}

extension ArchiveReader {
    mutating func size() throws(ArchiveError) -> Size { Size(width: try integer(), height: try integer()) }

    /// Reads a recipe. `images` contains the files it may reference.
    mutating func recipe(_ images: [InputImage]) throws(ArchiveError) -> Recipe {
        let fill = try text()
        guard var recipe = Recipe(canvas: try size(), fill: fill) else { throw error }
        recipe.offsetX = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.integer() }
        recipe.offsetY = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.integer() }
        recipe.autoCrop = try flag()
        recipe.mode = try choice()
        recipe.keepsFastRules = try flag()
        recipe.variant = try integer()
        switch try text() {
        case "png": recipe.output = .png
        case "jpeg": recipe.output = .jpeg(quality: try integer(in: 1...100))
        case "webp": recipe.output = .webp(quality: try integer(in: 0...100))
        case "lossless": recipe.output = .losslessWebP
        default: throw error
        }
        recipe.transparency = try choice()
        recipe.background = .init(red: try byte(), green: try byte(), blue: try byte())
        recipe.software = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.text() }
        recipe.referenceSize = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.size() }
        recipe.mark = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.mark(images) }
        return recipe
    }

    private mutating func byte() throws(ArchiveError) -> UInt8 { UInt8(try integer(in: 0...255)) }

    private mutating func color() throws(ArchiveError) -> Color {
        Color(red: try byte(), green: try byte(), blue: try byte())
    }

    private mutating func mark(_ images: [InputImage]) throws(ArchiveError) -> Recipe.Mark {
        let content: Recipe.Mark.Content
        switch try text() {
        case "text":
            let (text, font, color, box) = (try text(), try text(), try color(), try color())
            content = .text(text, font: font, color: color, box: try flag() ? box : nil)
        case "picture":
            let digest = try digest()
            guard let image = images.first(where: { $0.digest == digest }) else { throw error }
            content = .picture(image)
        default: throw error
        }
        let placing = Watermark.Placing(horizontal: try integer(), vertical: try integer(), isTiled: try flag())
        return Recipe.Mark(content, placing, opacity: try integer())
    }
}
