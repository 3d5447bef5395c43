/// Checks the health of a running server.
func health(
    _ arguments: [String], _ environment: [String: String], _ console: Console
) throws(UsageError) -> Int32 {
    let configuration = try Configuration.read(.health, arguments, environment).values
    let url = try configuration.healthURL
    do throws(HealthProbe.Failure) {
        try HealthProbe.run(url, timeout: configuration.health.timeout)
    } catch {
        console.errors.write("outpaint: \(url) is not healthy: \(error.reason)\n")
        return ExitCode.failure
    }
    return console.print("healthy\n")
}

extension Configuration {
    /// The URL to check: the given one, or the first address of a server with the same settings.
    fileprivate var healthURL: HealthURL {
        get throws(UsageError) {
            if let url = health.url { return url }
            let address = addresses[0].reachable
            if case .tcp(_, port: 0) = address {
                throw UsageError("--port 0 takes any free port: a health check needs the one taken, or --url")
            }
            return HealthURL(address: address)
        }
    }
}
