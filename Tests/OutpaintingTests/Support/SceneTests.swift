import Imaging
import TestSupport
import Testing

@Suite struct SceneTests {
    @Test(arguments: [
        (96, 64, "74eb8a49347bdb73"), (97, 61, "4a9a3c0725d04d30"), (64, 64, "2912cde07bf686a3"),
        (5, 40, "39d4609db251cf90"),
    ])
    func `the test scene is the one of the golden hashes`(width: Int, height: Int, digest: String) {
        let scene = Pictures.scene(width, height)
        let found = PictureHash.short(scene.pixels)
        #expect(found == digest)
    }
}
