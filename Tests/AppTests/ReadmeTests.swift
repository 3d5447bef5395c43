import Testing

@testable import App

@Suite struct ReadmeTests {
    @Test func theReadmeHasTheTableOfSettings() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let readme = try #require(contents(of: "/\(root)/README.md"))
        let start = try #require(readme.firstRange(of: "<!-- settings -->\n\n"))
        let end = try #require(readme.firstRange(of: "\n<!-- end of settings -->"))
        let table = String(readme[start.upperBound..<end.lowerBound])
        #expect(table == outpaint("readme-settings").output, "run script/readme-settings")
    }
}
