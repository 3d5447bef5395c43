import Bytes
import Glibc
import Net
import Outpainting
import System
import Tasks
import Time

/// Clients that each send a picture, wait for what is made of it and start again, four times each: what the process takes.
func benchLoad(_ path: String, _ numbers: [Int]) throws {
    let clients = numbers.first ?? 64
    let canvas = numbers.count > 2 ? Size(width: numbers[1], height: numbers[2]) : Size(width: 1280, height: 960)
    let file = try File.read(FilePath(path), upTo: 64 << 20)
    let picture = SharedBytes(file)
    var settings = Settings()
    settings.seed = 1
    settings.life = .ready
    let service = TaskService(settings)
    print("idle: \(try memory("VmRSS:")) KiB resident, \(try memory("RssAnon:")) of its own")
    let start = Ticks.now.nanoseconds
    let most = Locked((resident: 0, own: 0, files: 0))
    let polls = Locked<[Int64]>([])
    let threads = try (0..<clients).map { client in
        TransferBox(
            try Thread("client") {
                let namespace = Namespace(service: "bench", key: ByteBuffer("\(client)").bytes)
                for round in 0..<4 {
                    guard var recipe = Recipe(canvas: canvas) else { return }
                    recipe.variant = client * 4 + round
                    guard let task = try? submit(picture, recipe, namespace, to: service) else {
                        return print("refused")
                    }
                    waitForEnd(of: task.id, in: service, polls)
                    let (resident, own) = ((try? memory("VmRSS:")) ?? 0, (try? memory("RssAnon:")) ?? 0)
                    most.withLock {
                        $0 = (
                            max($0.resident, resident), max($0.own, own), max($0.files, service.counts.fileBytes >> 10)
                        )
                    }
                }
            })
    }
    for thread in threads { thread.take().join() }
    let wall = Ticks.now.nanoseconds - start
    let (resident, own, files) = most.withLock { $0 }
    let times = polls.withLock { $0.sorted() }
    print(
        "\(clients) clients: \(resident) KiB resident, \(own) of its own, \(files) in files;",
        "\(wall / Int64(clients * 4) / 1_000_000) ms a picture;",
        "a poll \(times[times.count / 2]) ns in the middle, \(times[times.count * 99 / 100]) ns for 99 of 100")
    service.stop()
}

private func submit(
    _ picture: SharedBytes, _ recipe: Recipe, _ namespace: Namespace, to service: TaskService
) throws(TaskError) -> TaskRecord {
    try service.submit(Order(try service.input(ByteBuffer(picture.bytes)), recipe), by: namespace)
}

private func waitForEnd(of id: TaskID, in service: TaskService, _ polls: Locked<[Int64]>) {
    while true {
        let start = Ticks.now.nanoseconds
        let task = try? service.task(id)
        let time = Ticks.now.nanoseconds - start
        polls.withLock { $0.append(time) }
        if task?.record.end != nil { return }
        pause(milliseconds: 20)
    }
}

private func pause(milliseconds: Int32) { _ = poll(nil, 0, milliseconds) }
