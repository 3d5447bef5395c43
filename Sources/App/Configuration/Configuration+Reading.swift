import Bytes

extension Configuration {
    /// Reads the configuration for `verb`, with the origin of each setting.
    static func read(
        _ verb: Verb, _ arguments: [String], _ environment: [String: String]
    ) throws(UsageError) -> SettingsReader<Configuration>.Result {
        let reader = SettingsReader(groups: settings, removed: removed, verb: verb)
        var result = try reader.read(arguments, environment, onto: Configuration())
        try result.settleWhereToListen()
        result.values.applyPrivateAddresses()
        try result.values.checkBodies()
        return result
    }

    /// Environment variables with the program's prefix that are unknown, each with the most similar known name.
    static func unknownVariables(_ environment: [String: String]) -> [(name: String, nearest: String?)] {
        let known = settings.flatMap { $0.settings.map(\.variable) }
        return environment.filter { name, value in
            name.hasPrefix("OUTPAINT_") && !known.contains(name) && !ServiceLink.made(name, value)
        }.keys.sorted().map { ($0, Bytes.nearest(to: $0, among: known)) }
    }

    /// A body larger than the total memory limit would wait forever.
    private func checkBodies() throws(UsageError) {
        guard http.body > http.bodyMemory else { return }
        throw UsageError(
            "--max-body (\(ByteSize.show(http.body))) does not fit into --max-body-memory "
                + "(\(ByteSize.show(http.bodyMemory)))")
    }
}

extension SettingsReader<Configuration>.Result {
    /// `--listen` and `--host`/`--port` set the same thing. The one with the higher-priority origin wins.
    fileprivate mutating func settleWhereToListen() throws(UsageError) {
        guard !values.listen.isEmpty else { return }
        let listen = origin("listen").rank
        for name in ["host", "port"] where origin(name).rank >= listen {
            if origin(name).rank > listen {
                values.listen = []
                origins["listen"] = nil
                continue
            }
            switch origin(name) {
            case .flag:
                throw UsageError("--\(name) cannot stand beside --listen: an address given there has its own")
            case .file(let path):
                throw UsageError(
                    "\(quoted(path)): \(name) cannot stand beside listen: an address given there has its own")
            case .environment, .standard: break
            }
        }
    }
}
