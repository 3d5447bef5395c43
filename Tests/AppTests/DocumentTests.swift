import Testing

@testable import App

/// The documentation of settings.
@Suite struct DocumentTests {
    private static func document(_ name: String) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try #require(contents(of: "/\(root)/\(name)"))
    }

    /// All text in backticks that begins with `--`.
    private static func flags(in text: Substring) -> [String] {
        text.split(separator: "`").map(String.init).filter { $0.hasPrefix("--") }
    }

    @Test func `docs settings md is up to date`() throws {
        let page = try Self.document("docs/settings.md")
        #expect(page == outpaint("settings-doc").output, "run script/settings-doc")
    }

    @Test func `every assumption has its row in docs fidelity md and every one named there is known`() throws {
        let rows = try Self.document("docs/fidelity.md").split(separator: "\n").filter { $0.hasPrefix("|") }
        let named = rows.flatMap { Self.flags(in: $0) }.filter { $0.hasPrefix("--assume ") }
        let known = Configuration.assumptions.flatMap(\.settings).map { "--assume \($0.name)" }
        #expect(Set(known).symmetricDifference(named) == [])
    }

    @Test(arguments: ["README.md", "docs/fidelity.md", "docs/threat-model.md"])
    func `every flag that a document names exists`(name: String) throws {
        let known = Configuration.settings.flatMap(\.settings).flatMap { [$0.flag, "--no-\($0.name)"] }
        let removed = Configuration.removed.map(\.flag) + Configuration.assumptions.flatMap(\.settings).map(\.flag)
        for flag in try Self.flags(in: Self.document(name)[...]).map({ flagName(String($0.prefix { $0 != " " })) }) {
            #expect(!removed.contains(flag), "\(flag)")
            if name == "docs/fidelity.md" { #expect(known.contains(flag), "\(flag)") }
        }
    }
}
