import Bytes
import Glibc
import Imaging
import Parallel
import System

/// Does jobs on images as a worker of the program does: decodes a reference, paints the canvas around it as the encoder
/// asks for rows, encodes. Reads a job a line, `IN OUT CANVAS KEEP` as `peers/imaging_floor.c` does, and answers each with
/// its milliseconds of CPU and of wall, the bytes made, and kilobytes of memory: resident at the start, and the most.
@main
enum ImagingBench {
    static func main() throws {
        Machine.keepFreedMemory()
        let idle = try kilobytes("VmRSS:")
        var encoder = ImageEncoder()
        var file = ByteBuffer()
        var crew: Threads?
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 4, let output = outputs[words[1]] else { throw Failure.notAJob(line) }
            let input = try contents(of: words[0])
            let hands = words[1].hasSuffix("-2") ? crew ?? ComputePool(count: 2) : nil
            crew = hands ?? crew
            file.removeAll()
            let (cpu, wall) = (milliseconds(CLOCK_PROCESS_CPUTIME_ID), milliseconds(CLOCK_MONOTONIC))
            let reference = SharedRaster(try ImageDecoder.decode(input.bytes).takeRaster())
            let canvas = EdgeCanvas(reference, width: 2048, height: 2048, isMirrored: words[2] == "mirror")
            let decoded = (milliseconds(CLOCK_PROCESS_CPUTIME_ID), milliseconds(CLOCK_MONOTONIC))
            if let hands {
                try encoder.encode(canvas, as: output, on: hands, into: &file)
            } else {
                try encoder.encode(canvas, as: output, into: &file)
            }
            let (usedCPU, usedWall) = (milliseconds(CLOCK_PROCESS_CPUTIME_ID), milliseconds(CLOCK_MONOTONIC))
            if words[3] != "-" { try keep(file.bytes, at: words[3]) }
            print(
                usedCPU - cpu, usedWall - wall, file.count, idle, try kilobytes("VmHWM:"), usedCPU - decoded.0,
                usedWall - decoded.1)
            // The driver waits for the answer.
            fflush(nil)
        }
    }

    enum Failure: Error {
        case notAJob(String)
        case noFile(String)
    }

    /// `-2` is with two hands.
    static let outputs: [String: OutputFormat] = [
        "png": .png, "png-2": .png, "jpeg": .jpeg(), "jpeg420-85": .jpeg(quality: 85), "webp": .webp(),
        "lossless": .losslessWebP,
    ]

    // MARK: - The system

    static func contents(of path: String) throws -> ByteBuffer {
        // The file is open from here to `fclose`, and only this thread knows it.
        guard let file = unsafe fopen(path, "rb") else { throw Failure.noFile(path) }
        defer { unsafe fclose(file) }
        var bytes = ByteBuffer()
        while true {
            let count = unsafe bytes.fill(upTo: 1 << 16) { unsafe fread($0.baseAddress, 1, $0.count, file) }
            if count == 0 { return bytes }
        }
    }

    static func keep(_ bytes: Span<UInt8>, at path: String) throws {
        guard let file = unsafe fopen(path, "wb") else { throw Failure.noFile(path) }
        _ = unsafe bytes.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
        unsafe fclose(file)
    }

    /// A line of the process's status.
    static func kilobytes(_ name: String) throws -> Int {
        let status = try contents(of: "/proc/self/status")
        let line = status.bytes.text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0
    }

    static func milliseconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        // Writes the time into the variable given.
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
}
