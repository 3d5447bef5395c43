import Bytes
import Imaging
import TestSupport
import Testing

/// Every kind of file against the pixels that other tools make of it.
@Suite struct DecodingFixtureTests {
    @Test(arguments: ImageFixtures.rows)
    func `pixels match the reference decoder`(row: ImageFixtures.Row) throws {
        let file = ImageFixtures.read(row.name)
        let image = try ImageDecoder.decode(file.bytes)
        let size = [image.raster.width, image.raster.height, image.raster.channels]
        #expect(size == [row.width, row.height, row.channels])
        let digest = PictureHash.text(image.raster.pixels)
        #expect(digest == row.digest)
    }

    @Test(arguments: ImageFixtures.rows)
    func `the facts are those of the file`(row: ImageFixtures.Row) throws {
        let file = ImageFixtures.read(row.name)
        let facts = try ImageDecoder.decode(file.bytes).facts
        let format = try #require(
            ImageFormat.allCases.first { row.name.hasSuffix($0 == .jpeg ? ".jpg" : ".\($0.name)") })
        let color: ImageFacts.ColorHandling =
            switch row.color {
            case "converted": .converted
            case "ignored": .ignored
            default: .sRGB
            }
        let expected = ImageFacts(
            format: format, hasAlpha: row.channels == 4, orientation: ImageOrientation(rawValue: row.orientation)!,
            color: color)
        #expect(facts == expected)
    }

    @Test(arguments: ImageFixtures.rows)
    func `the probe has the size of the decoded picture`(row: ImageFixtures.Row) throws {
        let file = ImageFixtures.read(row.name)
        let probe = try ImageProbe(file.bytes)
        #expect([probe.width, probe.height] == [row.width, row.height])
        #expect(probe.orientation.rawValue == row.orientation)
    }
}
