import Glibc
import Net

/// The program as a function of its arguments and environment.
public enum Program {
    /// Runs with what the process was started with, and ends the process.
    public static func main() -> Never {
        Machine.keepFreedMemory()
        let console = Console(output: DescriptorSink(descriptor: 1), errors: DescriptorSink(descriptor: 2))
        let arguments = Array(CommandLine.arguments.dropFirst())
        exit(run(arguments: arguments, environment: processEnvironment(), console: console))
    }

    /// Runs one verb and returns the exit code: 0 went well, 1 did not, 2 was asked for wrongly.
    ///
    /// `arguments` are those after the program's name.
    public static func run(arguments: [String], environment: [String: String], console: Console) -> Int32 {
        do throws(UsageError) {
            return try dispatch(arguments, environment, console)
        } catch {
            console.errors.write("outpaint: \(error.message)\n")
            return ExitCode.usage
        }
    }

    private static func dispatch(
        _ arguments: [String], _ environment: [String: String], _ console: Console
    ) throws(UsageError) -> Int32 {
        guard let first = arguments.first else {
            // Starting a server because nothing was said would surprise whoever only wanted to see what this is.
            console.errors.write(Help.overview)
            return ExitCode.usage
        }
        let rest = Array(arguments.dropFirst())
        switch first {
        case "-h", "--help": return try help([], console)
        case "--version": return try printVersion(rest, console)
        case "readme-settings": return printSettingsTable(console)
        default: break
        }
        guard let verb = Verb(rawValue: first) else { throw unknown(verb: first) }
        if verb != .help, rest.contains("--help") || rest.contains("-h") { return try help([first], console) }
        switch verb {
        case .serve: return try serveCommand(rest, environment, console)
        case .expand: return try expandCommand(rest, environment, console)
        case .health: return try health(rest, environment, console)
        case .version: return try printVersion(rest, console)
        case .help: return try help(rest, console)
        }
    }

    private static func unknown(verb: String) -> UsageError {
        if verb.hasPrefix("-") {
            let name = flagName(verb)
            let isSetting = Configuration.settings.contains { $0.settings.contains { $0.flag == name } }
            if isSetting || name == "--print-config" {
                return UsageError("\(name) comes after a verb: outpaint serve \(name) …")
            }
        }
        return UsageError.unknown(
            "verb", verb, among: Verb.allCases.map(\.rawValue), help: "outpaint help")
    }

    private static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        // `environ` ends with a null pointer, and nobody changes it while the only thread reads it.
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text)
            unsafe entry += 1
            guard let equals = pair.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            variables[String(pair[..<equals])] = String(pair[pair.utf8.index(after: equals)...])
        }
        return variables
    }
}

/// What the process ends with.
enum ExitCode {
    static let success: Int32 = 0
    static let failure: Int32 = 1
    static let usage: Int32 = 2
}
