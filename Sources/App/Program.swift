import Glibc
public import Net
import System

/// The program as a function of its arguments and environment.
public enum Program {
    /// Runs with the arguments and environment of the process, then exits. `commit` is the commit of the build.
    public static func main(commit: String) -> Never {
        StandardStreams.fill()
        Machine.keepFreedMemory()
        let console = Console(output: DescriptorSink(descriptor: 1), errors: DescriptorSink(descriptor: 2))
        let arguments = processArguments()
        // Signals affect the whole process, and all tests share one process, so this is not done in the command.
        if arguments.first == "expand" { try? Signals.removeUnfinishedFiles() }
        exit(run(arguments: arguments, environment: processEnvironment(), console: console, commit: commit))
    }

    /// Runs one command and returns the exit code: 0 success, 1 failure, 2 usage error.
    ///
    /// `arguments` excludes the program's name. They are bytes, since any of them may be a file name.
    public static func run(
        arguments: [FilePath], environment: [String: String], console: Console, commit: String = ""
    ) -> Int32 {
        do throws(UsageError) {
            return try dispatch(arguments, environment, console, commit)
        } catch {
            console.errors.write("outpaint: \(error.message)\n")
            return ExitCode.usage
        }
    }

    private static func dispatch(
        _ arguments: [FilePath], _ environment: [String: String], _ console: Console, _ commit: String
    ) throws(UsageError) -> Int32 {
        guard let first = arguments.first?.description else {
            // Without arguments the overview is printed, because starting a server could surprise users who want to see
            // what this is.
            console.errors.write(Help.overview)
            return ExitCode.usage
        }
        let rest = arguments.dropFirst().map(\.description)
        switch first {
        case "-h", "--help": return try help([], console)
        case "--version": return try printVersion(rest, commit: commit, console)
        case "settings-doc": return printSettingsDocument(console)
        default: break
        }
        guard let verb = Verb(rawValue: first) else { throw unknown(verb: first) }
        if verb != .help, rest.contains("--help") || rest.contains("-h") { return try help([first], console) }
        switch verb {
        case .serve: return try serveCommand(rest, environment, console)
        case .expand: return try expandCommand(Array(arguments.dropFirst()), environment, console)
        case .health: return try health(rest, environment, console)
        case .version: return try printVersion(rest, commit: commit, console)
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

    private static func processArguments() -> [FilePath] {
        // The C library owns `argv`, which nothing modifies: `argc` strings, each ending with a zero byte.
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            guard let text = unsafe CommandLine.unsafeArgv[index] else { return nil }
            return FilePath(
                bytes: unsafe UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) })
        }
    }

    private static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        // `environ` ends with a null pointer, and nothing modifies it while only one thread exists.
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

/// The exit codes of the process.
enum ExitCode {
    static let success: Int32 = 0
    static let failure: Int32 = 1
    static let usage: Int32 = 2
}
