import Testing

@testable import App

@Suite struct ConfigurationTests {
    func read(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws -> Configuration {
        try Configuration.read(.serve, arguments, environment).values
    }

    @Test(
        arguments: [
            ([], [:], 4880, "default"),
            ([], ["PORT": "1"], 1, "environment PORT"),
            ([], ["PORT": "1", "OUTPAINT_PORT": "2"], 2, "environment OUTPAINT_PORT"),
            (["--port", "3"], ["PORT": "1", "OUTPAINT_PORT": "2"], 3, "flag --port"),
            (["--port=3"], [:], 3, "flag --port"),
            (["--port", "3", "--port=4"], [:], 4, "flag --port"),
            ([], ["OUTPAINT_PORT": ""], 4880, "default"),
            ([], ["OUTPAINT_PORT": "", "PORT": "1"], 1, "environment PORT"),
            // An overridden value is not validated.
            (["--port", "3"], ["PORT": "x"], 3, "flag --port"),
            // Kubernetes sets this variable for a service named outpaint.
            ([], ["OUTPAINT_PORT": "tcp://10.0.0.7:4880"], 4880, "default"),
        ] as [([String], [String: String], Int, String)])
    func `a flag beats the environment, which beats the default`(
        arguments: [String], environment: [String: String], port: Int, origin: String
    ) throws {
        let result = try Configuration.read(.serve, arguments, environment)
        #expect(result.values.port == port)
        #expect(result.origin("port").description == origin)
    }

    @Test func `every setting takes its default from its flag and its variable`() throws {
        for group in Configuration.settings {
            let verb = try #require(group.verbs.first)
            for setting in group.settings {
                let standard = setting.show(Configuration())
                guard !standard.isEmpty else { continue }
                let flags = try Configuration.read(verb, ["\(setting.flag)=\(standard)"], [:])
                #expect(setting.show(flags.values) == standard)
                #expect(flags.origin(setting.name) == .flag(setting.flag))
                let variables = try Configuration.read(verb, [], [setting.variable: standard])
                #expect(setting.show(variables.values) == standard)
                #expect(variables.origin(setting.name) == .environment(setting.variable))
            }
        }
    }

    @Test func `no name stands for two settings, assumptions or former settings`() {
        let settings = (Configuration.settings + Configuration.assumptions).flatMap(\.settings)
        let names = settings.map(\.name) + Configuration.removed.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(settings.map(\.variable)).count == settings.count)
    }

    @Test(
        arguments: [
            ([], [:], ["127.0.0.1:4880"]),
            (["--host", "::1"], [:], ["[::1]:4880"]),
            (["--host=[::1]"], [:], ["[::1]:4880"]),
            (["--listen", "unix:/a", "--listen", "[::1]:1"], [:], ["unix:/a", "[::1]:1"]),
            ([], ["OUTPAINT_LISTEN": "unix:/a,127.0.0.1:2"], ["unix:/a", "127.0.0.1:2"]),
            (["--listen", "unix:/b"], ["OUTPAINT_LISTEN": "unix:/a"], ["unix:/b"]),
            (["--listen", "unix:/b"], ["PORT": "1"], ["unix:/b"]),
            ([], ["OUTPAINT_LISTEN": "unix:/a", "HOST": "0.0.0.0"], ["unix:/a"]),
            (["--port", "1"], ["OUTPAINT_LISTEN": "unix:/a"], ["127.0.0.1:1"]),
        ] as [([String], [String: String], [String])])
    func `of listen and port the one given closer to the run counts`(
        arguments: [String], environment: [String: String], addresses: [String]
    ) throws {
        #expect(try read(arguments, environment).addresses.map(\.description) == addresses)
    }

    @Test func `a port flag overrides a list of addresses in the environment`() throws {
        let result = try Configuration.read(.serve, ["--port", "1"], ["OUTPAINT_LISTEN": "unix:/a"])
        #expect(result.values.listen.isEmpty)
        #expect(result.origin("listen") == .standard)
    }

    @Test(
        arguments: [
            (["--prot", "1"], [:], "unknown flag '--prot'; did you mean --port?"),
            (["--frobnicate"], [:], "unknown flag '--frobnicate'; see outpaint help serve"),
            (["-p", "1"], [:], "unknown flag '-p'; see outpaint help serve"),
            (["extra"], [:], "unexpected argument 'extra'; see outpaint help serve"),
            (["--port"], [:], "--port needs a value: expected a whole number from 0 to 65535"),
            (["--port", "--host"], [:], "--port needs a value: expected a whole number from 0 to 65535"),
            (["--port", "-1"], [:], "--port: expected a whole number from 0 to 65535, not '-1'"),
            (["--port", "65536"], [:], "--port: expected a whole number from 0 to 65535, not '65536'"),
            (["--port="], [:], "--port: expected a whole number from 0 to 65535, not ''"),
            (["--port", "x", "--port", "1"], [:], "--port: expected a whole number from 0 to 65535, not 'x'"),
            (["--host", "a\nb"], [:], "--host: expected an IPv4 or IPv6 address, or localhost, not 'a\\u{a}b'"),
            (["--log-level", "loud"], [:], "--log-level: expected one of debug, info, warn, error, not 'loud'"),
            (
                ["--max-body", "1q"], [:],
                "--max-body: expected a size from 1KiB to 4GiB, such as 64MiB, 8k or 4096, not '1q'"
            ),
            (
                [], ["OUTPAINT_IDLE_TIMEOUT": "75"],
                "--idle-timeout (from the environment, OUTPAINT_IDLE_TIMEOUT): expected a time from 1ms to 24h, "
                    + "such as 10s, 250ms or 2m, not '75'"
            ),
            (
                [], ["PORT": "x"],
                "--port (from the environment, PORT): expected a whole number from 0 to 65535, not 'x'"
            ),
            (
                ["--listen", "unix:/a", "--port", "1"], [:],
                "--port cannot stand beside --listen: an address given there has its own"
            ),
            (
                ["--life", "long"], [:],
                "--life: 'long': at character 0: expected a state: pending, reasoning, generating, ready, error, "
                    + "request-moderated, content-moderated, lost, http, or any other text in quotes, found 'long'"
            ),
            (["--max-body-memory", "1MiB"], [:], "--max-body (64MiB) does not fit into --max-body-memory (1MiB)"),
            (["--url", "http://127.0.0.1"], [:], "unknown flag '--url'; see outpaint help serve"),
        ] as [([String], [String: String], String)])
    func `a usage error is one line that names what is wrong`(
        arguments: [String], environment: [String: String], message: String
    ) {
        let run = outpaint(["serve"] + arguments, environment)
        #expect(run.code == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors == "outpaint: \(message)\n")
    }

    @Test func `unknown variables are named with the nearest known`() {
        let unknown = Configuration.unknownVariables([
            "OUTPAINT_PROT": "1", "OUTPAINT_SOMETHING_ELSE": "1", "OUTPAINT_PORT": "1", "PROT": "1",
            "OUTPAINT_SERVICE_HOST": "10.0.0.7", "OUTPAINT_SERVICE_PORT_HTTP": "4880",
            "OUTPAINT_PORT_4880_TCP_ADDR": "10.0.0.7", "OUTPAINT_HEALTH_URL": "http://127.0.0.1",
        ])
        #expect(unknown.map(\.name) == ["OUTPAINT_PROT", "OUTPAINT_SOMETHING_ELSE"])
        #expect(unknown.map(\.nearest) == ["OUTPAINT_PORT", nil])
    }

    struct Toggles {
        var color = true
        static let groups = [
            SettingGroup<Toggles>("Toggles", for: [.serve], [Setting("color", \.color, .boolean, "colors")])
        ]
    }

    @Test(
        arguments: [
            ([], [:], true), (["--no-color"], [:], false), (["--color"], ["OUTPAINT_COLOR": "off"], true),
            (["--color=false"], [:], false), (["--color=Yes"], ["OUTPAINT_COLOR": "0"], true),
            ([], ["OUTPAINT_COLOR": "no"], false),
            (["--no-color", "--color"], [:], true), (["--color", "false"], [:], false),
            (["--no-color", "--color", "true"], [:], true),
        ] as [([String], [String: String], Bool)])
    func `a toggle has two flags`(arguments: [String], environment: [String: String], value: Bool) throws {
        let reader = SettingsReader(groups: Toggles.groups, verb: .serve)
        #expect(try reader.read(arguments, environment, onto: Toggles()).values.color == value)
    }

    @Test(arguments: [
        (["--color=maybe"], "--color: expected true or false, not 'maybe'"),
        (["--no-color=true"], "--no-color takes no value"),
        (["--no-colour"], "unknown flag '--no-colour'; did you mean --no-color?"),
        (["--color", "yes"], "unexpected argument 'yes'; see outpaint help serve"),
    ])
    func `a toggle refuses other values`(arguments: [String], message: String) {
        let reader = SettingsReader(groups: Toggles.groups, verb: .serve)
        #expect(throws: UsageError(message)) { try reader.read(arguments, [:], onto: Toggles()) }
    }
}
