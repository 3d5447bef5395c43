import Bytes
import JSON
import Testing

@testable import App

@Suite struct PrintConfigTests {
    /// The lines of a table, with one space between the columns.
    private static func lines(_ run: Outcome) -> [String] {
        run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            $0.split(separator: " ").joined(separator: " ")
        }
    }

    private static let names =
        Configuration.settings.filter { $0.verbs.contains(.serve) }.flatMap(\.settings).filter { $0.form != .named }
        .map(\.flag) + Configuration.assumptions.flatMap(\.settings).map { "--assume \($0.name)" }

    @Test func `every setting and assumption is shown with its value and origin, what differs from the default first`()
    {
        let run = outpaint(
            ["serve", "--print-config", "--max-body", "1k", "--assume", "bfl-rate=7", "--loops", "0"],
            ["PORT": "99", "OUTPAINT_PROT": "1"])
        #expect(run.code == 0)
        let lines = Self.lines(run)
        let (changed, others) = (lines.prefix { !$0.isEmpty }, lines.drop { !$0.isEmpty }.dropFirst())
        #expect(
            Array(changed) == [
                "--port 99 environment PORT", "--max-body 1KiB flag --max-body", "--assume bfl-rate 7 flag --assume",
            ])
        #expect(others.contains("--listen - default") && others.contains("--loops 0 flag --loops"))
        #expect(others.contains("--assume bfl-missing-is-404 true default"))
        #expect(changed.count + others.count == Self.names.count)
        #expect(run.errors.contains("OUTPAINT_PROT"))
    }

    @Test func `without settings all are shown as defaults`() {
        let lines = Self.lines(outpaint("serve", "--print-config"))
        #expect(lines.count == Self.names.count && lines.allSatisfy { $0.hasSuffix(" default") })
    }

    @Test func `with a JSON log it is one object of values and origins`() throws {
        let run = outpaint(
            [
                "serve", "--print-config", "--max-body", "1k", "--assume", "bfl-rate=7", "--no-share-identical",
                "--api-key",
                "s3cret", "--bfl-price-high", "0.5",
            ], ["LOG_FORMAT": "json", "OUTPAINT_PROT": "1"])
        #expect(run.code == 0 && run.output.split(separator: "\n").count == 1)
        let root = try JSONDocument(parsing: ByteBuffer(run.output)).root
        let first = root.members.map { $0.key.string ?? "" }
        #expect(first.prefix(4) == ["log-format", "max-body", "api-key", "share-identical"])
        #expect(root["max-body"]?["value"]?.string == "1KiB")
        #expect(root["max-body"]?["origin"]?.string == "flag --max-body")
        #expect(root["port"]?["value"]?.integer == 4880 && root["port"]?["origin"]?.string == "default")
        #expect(root["share-identical"]?["value"]?.bool == false)
        let price = try #require(root["bfl-price-high"]?["value"])
        let digits = price.bytes.text
        #expect(digits == "0.5")
        #expect(root["public-url"]?["value"]?.isNull == true)
        #expect(root["api-key"]?["value"]?.elements.map(\.string) == ["***"])
        #expect(root["assume"]?["bfl-rate"]?["value"]?.integer == 7)
        #expect(root["assume"]?.count == Configuration.assumptions.flatMap(\.settings).count)
        #expect(!run.output.contains("s3cret"))
        #expect(run.errors.contains(#""name":"OUTPAINT_PROT","nearest":"OUTPAINT_PORT"}"#))
    }
}
