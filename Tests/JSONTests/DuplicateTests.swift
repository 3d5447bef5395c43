import Bytes
import JSON
import Testing

@Suite struct DuplicateTests {
    @Test(arguments: [
        ("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"),
        ("{\"a\":1,\"a\":2,\"a\":[3,{}]}", "{\"a\":[3,{}]}"),
        ("{\"a\":[1,2],\"b\":{\"c\":1,\"c\":2},\"a\":{\"d\":4},\"b\":5}", "{\"a\":{\"d\":4},\"b\":5}"),
        ("{\"width\":1,\"w\\u0069dth\":2}", "{\"width\":2}"),
        ("{\"w\\u0069dth\":1,\"width\":2,\"\\u0077idth\":3}", "{\"width\":3}"),
        ("{\"\":1,\"\":2}", "{\"\":2}"),
        (
            "{\"a\":{\"a\":1,\"a\":{\"a\":2,\"a\":3}},\"a\":{\"a\":4,\"a\":{\"a\":5,\"a\":6}}}",
            "{\"a\":{\"a\":{\"a\":6}}}"
        ),
        ("{\"\\ud800\":1,\"\u{FFFD}\":2}", "{\"\u{FFFD}\":1,\"\u{FFFD}\":2}"),
        ("{\"a\":NaN,\"a\":1}", "{\"a\":1}"),
    ])
    func `the last value of a duplicate key stands at its first place`(text: String, expected: String) {
        #expect(outcome(text) == .value(expected))
    }

    @Test func `an overwritten value is not visible`() throws {
        let value = try root("{\"a\":[9],\"b\":1,\"a\":2,\"c\":3,\"b\":[4]}")
        #expect(value.count == 3)
        #expect(value.members.map { $0.key.string } == ["a", "b", "c"])
        #expect(value["a"]?.integer == 2 && value["b"]?.count == 1 && value["c"]?.integer == 3)
    }

    /// Few keys are compared pairwise, many are hashed: sizes around the threshold and beyond.
    @Test(arguments: [2, 15, 16, 17, 18, 100, 1000])
    func `the last value of a duplicate key counts for any number of keys`(count: Int) throws {
        let members = (0..<count).map { "\"\($0)\":\($0)" } + (0..<count).map { "\"\($0)\":[\($0)]" }
        for split in [count, count + 1, 2 * count] {
            let value = try root("{\(members.prefix(split).joined(separator: ","))}")
            let expected = (0..<count).map { $0 < split - count ? "\"\($0)\":[\($0)]" : "\"\($0)\":\($0)" }
            #expect(echo(value) == "{\(expected.joined(separator: ","))}")
            #expect(value.count == count)
        }
    }

    @Test func `a hundred thousand keys are read in linear time`() throws {
        let count = 100_000
        let different = (0..<count).map { "\"\($0)\":0" }.joined(separator: ",")
        let equal = (0..<count).map { "\"key\":\($0)" }.joined(separator: ",")
        let clock = ContinuousClock()
        let spent = try clock.measure {
            #expect(try root("{\(different)}").count == count)
            let value = try root("{\(equal)}")
            #expect(value.count == 1 && value["key"]?.integer == count - 1)
        }
        // Quadratic work would be ten thousand million steps.
        #expect(spent < .seconds(20))
    }
}
