import Bytes
import Crypto
import Net
import System
import Tasks

// What keeping tasks costs: TasksBench store | load PICTURE [CLIENTS [WIDTH HEIGHT]]

Machine.keepFreedMemory()
Machine.shareHeap()
switch CommandLine.arguments.dropFirst().first {
case "store": try benchStore()
case "load" where CommandLine.arguments.count > 2:
    let numbers = CommandLine.arguments.dropFirst(3).compactMap { Int($0) }
    try benchLoad(CommandLine.arguments[2], numbers)
default: print("TasksBench store | load PICTURE [CLIENTS [WIDTH HEIGHT]]")
}

/// What the kernel says about this process's memory, in KiB.
func memory(_ field: String) throws -> Int {
    let file = try File.read("/proc/self/status", upTo: 1 << 16)
    let line = file.bytes.text.split(separator: "\n").first { $0.hasPrefix(field) }
    return line.flatMap { Int($0.split { $0 == " " || $0 == "\t" }.first { Int($0) != nil } ?? "") } ?? 0
}
