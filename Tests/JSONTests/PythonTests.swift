import Bytes
import JSON
import Testing

/// Texts and what Python made of them: of the recorded contract, and random ones.
@Suite struct PythonTests {
    @Test(arguments: ["contract.tsv", "python.tsv"])
    func `every text is parsed and written as in Python`(table: String) throws {
        let rows = Fixtures.rows(table)
        #expect(rows.count > 300)
        for row in rows {
            let name = row[0]
            let found = outcome(try Fixtures.bytes(row[1]))
            switch row[2] {
            case "value":
                let expected = try Fixtures.bytes(row[3] + "*1")
                let echo = expected.bytes.text
                #expect(found == .value(echo), "\(name)")
            case "syntax":
                guard case .refused(.syntax(let what, let at)) = found else {
                    Issue.record("\(name): \(found) is no syntax error")
                    continue
                }
                #expect("\(what.message)" == row[4] && at == Int(row[3])!, "\(name)")
            default:
                let refusals: [JSONError] = [.undecodable, .integerTooLong, .tooDeep]
                #expect(refusals.contains { found == .refused($0) }, "\(name): \(found)")
            }
        }
    }

    @Test func `doubles are written and read as in Python`() throws {
        for row in Fixtures.rows("doubles.tsv") {
            let value = Double(bitPattern: UInt64(row[0], radix: 16)!)
            var buffer = ByteBuffer()
            buffer.append(shortest: value)
            let written = buffer.bytes.text
            #expect(written == row[1])
            // The shortest form, and one of many digits, read as the very same double.
            #expect(try root(row[1]).double?.bitPattern == value.bitPattern, "\(row[1])")
            #expect(try root(row[2]).double?.bitPattern == value.bitPattern, "\(row[2])")
        }
    }
}
