import Bytes
import Testing

@testable import Imaging

@Suite struct PNGAssemblyTests {
    /// One worker is slow with the first band, while another makes all the rest.
    @Test func `a worker that is ahead of the assembly takes no more bands`() throws {
        let picture = TestPicture(.photograph, 40, 60)
        let assembly = PNGAssembly(ByteBuffer(), rows: 60, rowsInBand: 2, spare: [], progress: { _ in true })
        let (firstRows, box) = try #require(assembly.begin())
        var first = box.take()
        while let (rows, box) = assembly.begin() {
            var band = box.take()
            band.compress(picture, rows)
            assembly.finish(rows, band)
        }
        first.compress(picture, firstRows)
        assembly.finish(firstRows, first)
        let result = assembly.end()
        #expect(result.spare.count == 2)
        // And the bands are in the file in their order.
        let alone = PNGAssembly(ByteBuffer(), rows: 60, rowsInBand: 2, spare: [], progress: { _ in true })
        while let (rows, box) = alone.begin() {
            var band = box.take()
            band.compress(picture, rows)
            alone.finish(rows, band)
        }
        let expected = alone.end()
        #expect(expected.spare.count == 1)
        let file = result.file.take()
        let expectedFile = expected.file.take()
        let isSame = file.bytes.equals(expectedFile.bytes)
        #expect(isSame)
        #expect(result.sum.value == expected.sum.value)
    }
}
