internal import Bytes
internal import Crypto
internal import Imaging
internal import System
internal import Time

/// Emulated time and the scheduled work.
struct ClockPart: WorldPart {
    let agenda: Agenda

    var name: StaticString { "clock" }

    func reset(_ key: KeyID?) {
        agenda.reset(key)
        agenda.clock.reset(key)
    }

    func export(_ key: KeyID?, to archive: inout ArchiveWriter) {
        let clock = agenda.clock
        archive.write(optional: key == nil ? clock.reading() : nil) { $1.write($0) }
        archive.write(list: clock.ownTimelines.filter { key == nil || $0 == key }) { own, archive in
            archive.write(own)
            archive.write(clock.reading(of: own))
        }
    }

    func prepare(_ content: SharedBytes) throws(WorldError) -> () throws(WorldError) -> Void {
        let (shared, own) = try reading(content) { (reader) throws(ArchiveError) in
            (
                try reader.optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.reading() },
                try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                    (try reader.key(), try reader.reading())
                }
            )
        }
        return {
            if let shared { agenda.clock.restore(nil, shared) }
            for (key, reading) in own { agenda.clock.restore(key, reading) }
        }
    }
}

extension ArchiveWriter {
    fileprivate mutating func write(_ reading: Clock.Reading) {
        write(reading.now)
        write(reading.isRunning)
        write(reading.rate.bitPattern)
    }
}

extension ArchiveReader {
    fileprivate mutating func reading() throws(ArchiveError) -> Clock.Reading {
        let (now, isRunning, rate) = (try instant(), try flag(), Double(bitPattern: try word()))
        guard rate > 0, rate.isFinite else { throw error }
        return Clock.Reading(now: now, isRunning: isRunning, rate: rate)
    }
}

/// The tasks, with their pictures and costs.
struct TasksPart: WorldPart {
    unowned let service: TaskService

    var name: StaticString { "tasks" }

    func reset(_ key: KeyID?) { service.resetTasks(key) }

    func export(_ key: KeyID?, to archive: inout ArchiveWriter) throws(WorldError) {
        var records = try service.allRecords(key)
        // Files by digest: input images still needed, and pictures that may be shown.
        var images: [(SHA256.Digest, SharedBytes)] = []
        var pictures: [SHA256.Digest: (SharedBytes, MD5.Digest)] = [:]
        for index in records.indices {
            for image in try service.images(of: &records[index]) where !images.contains(where: { $0.0 == image.0 }) {
                images.append(image)
            }
            let record = records[index]
            if record.holdsResult, pictures[record.content] == nil, let picture = service.storedPicture(record.content)
            {
                pictures[record.content] = (try picture.file.copied(), picture.md5)
            }
        }
        archive.write(list: images) { image, archive in
            archive.write(image.0)
            archive.write(image.1)
        }
        archive.write(list: records) { $1.write($0) }
        archive.write(list: pictures.map { $0 }) { picture, archive in
            archive.write(picture.key)
            archive.write(picture.value.0)
        }
        service.exportAccounts(key, to: &archive)
    }

    func prepare(_ content: SharedBytes) throws(WorldError) -> () throws(WorldError) -> Void {
        let services = service.services
        var stored: [InputImage] = []
        let files = try reading(prefixOf: content) { (reader) throws(ArchiveError) in
            try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                (try reader.digest(), TransferBox(try reader.run()))
            }
        }
        for (digest, bytes) in files { stored.append(try service.restore(image: bytes.take(), digest)) }
        let images = stored
        let (records, pictures, accounts) = try reading(content) { (reader) throws(ArchiveError) in
            _ = try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                (try reader.digest(), TransferBox(try reader.run()))
            }
            return (
                try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                    try reader.record(services, images)
                },
                try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                    (try reader.digest(), SharedBytes(try reader.run()))
                },
                try reader.list { (reader: inout ArchiveReader) throws(ArchiveError) in
                    (try reader.namespace(of: services), Int64(try reader.integer()))
                }
            )
        }
        return { () throws(WorldError) in
            try service.restore(records, pictures, accounts)
        }
    }

    /// Reads the beginning of an archive.
    private func reading<Value>(
        prefixOf content: SharedBytes, _ body: (inout ArchiveReader) throws(ArchiveError) -> Value
    ) throws(WorldError) -> Value {
        do throws(ArchiveError) {
            var reader = ArchiveReader(content)
            return try body(&reader)
        } catch {
            throw .damaged(error)
        }
    }
}

extension Blob {
    func copied() throws(WorldError) -> SharedBytes {
        var copy = ByteBuffer(capacity: count)
        do throws(Errno) {
            try append(0..<count, to: &copy)
        } catch {
            throw .unreadable
        }
        return SharedBytes(copy)
    }
}

// MARK: - Records

extension ArchiveWriter {
    mutating func write(_ record: TaskRecord) {
        write(record.id)
        write(record.namespace)
        write(record.content)
        write(record.format.rawValue)
        write(Int(record.seed))
        write(Int(record.cost))
        write(record.resultLifetime)
        write(record.retention)
        write(record.accepted)
        write(record.isPolled)
        write(record.life)
        write(optional: record.note) { $1.write($0) }
        write(optional: record.order) { order, archive in
            archive.write(order.image)
            archive.write(order.recipe)
        }
        write(record.position)
        write(optional: record.made) { made, archive in
            archive.write(made.outcome)
            archive.write(made.finished)
        }
        write(optional: record.end) { end, archive in
            archive.write(end.outcome)
            archive.write(end.finished)
            archive.write(end.forgotten)
        }
        write(record.isResultReleased)
        write(list: record.outbox) { $1.write($0) }
    }

    private mutating func write(_ position: LifePosition) {
        write(position.step)
        write(position.entered)
        write(position.polls)
        write(position.touched)
    }
}

extension ArchiveReader {
    /// Reads a record, and the input of its picture if that is not made yet.
    mutating func record(
        _ services: [StaticString], _ images: [InputImage]
    ) throws(ArchiveError) -> (record: TaskRecord, image: InputImage?) {
        let (id, namespace, content) = (try id(), try namespace(of: services), try digest())
        let format = try choice(ImageFormat.self)
        let (seed, cost) = (UInt32(try integer(in: 0...Int(UInt32.max))), Int64(try integer()))
        let (resultLifetime, retention, accepted) = (try interval(), try interval(), try instant())
        let (isPolled, life) = (try flag(), try life())
        let note = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in SharedBytes(try reader.run()) }
        var image: InputImage?
        let order = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in
            let digest = try reader.digest()
            guard let found = images.first(where: { $0.digest == digest }) else { throw reader.error }
            image = found
            return TaskOrder(found, try reader.recipe(images))
        }
        var record = TaskRecord(
            id: id, namespace: namespace, content: content, order: order, format: format, seed: seed, cost: cost,
            resultLifetime: resultLifetime, retention: retention, accepted: accepted, isPolled: isPolled, life: life,
            note: note)
        record.position = try position(in: life)
        record.made = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in
            TaskRecord.Made(try reader.outcome(), finished: try reader.instant())
        }
        record.end = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in
            TaskRecord.End(
                outcome: try reader.outcome(), finished: try reader.instant(),
                forgotten: try reader.instant())
        }
        record.isResultReleased = try flag()
        record.outbox = try list { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.outboxEntry() }
        return (record, image)
    }

    private mutating func position(in life: Life) throws(ArchiveError) -> LifePosition {
        LifePosition(
            step: try integer(in: 0...life.steps.count - 1), entered: try instant(),
            polls: try integer(in: 0...Int.max),
            touched: try instant())
    }
}

// MARK: - Task service

extension TaskService {
    fileprivate func allRecords(_ key: KeyID?) throws(WorldError) -> [TaskRecord] {
        var records: [TaskRecord] = []
        do throws(StoreError) {
            while true {
                let page = try registry.store.list(key, after: records.last?.id, atMost: 1000)
                if page.isEmpty { return records }
                records += page
            }
        } catch {
            throw .store(error)
        }
    }

    fileprivate func resetTasks(_ key: KeyID?) {
        // If the store is unavailable, its records remain and the failure is reported. The other parts are still reset.
        guard let records = try? allRecords(key) else { return observer(.storeFailed(.unavailable("reset"))) }
        for record in records { registry.remove(record) }
        registry.ledger.reset(key)
    }

    /// The files that a record's picture is made from. If they are gone, the picture was made meanwhile, and the record is read
    /// again.
    fileprivate func images(of record: inout TaskRecord) throws(WorldError) -> [(SHA256.Digest, SharedBytes)] {
        do throws(StoreError) {
            for _ in 0..<2 {
                guard let order = record.order, record.isUnmade else { return [] }
                // A task that joined a job gave up its own copy of the image.
                guard let blob = try images.blob(order.reference) ?? scheduler.image(of: record.content)?.file else {
                    record = try registry.record(record.id) ?? record
                    continue
                }
                var found = [(order.image, try read(blob))]
                if let mark = order.recipe.mark?.image { found.append((mark.digest, try read(mark.file))) }
                return found
            }
        } catch {
            throw .store(error)
        }
        throw .unreadable
    }

    private func read(_ blob: Blob) throws(StoreError) -> SharedBytes {
        do throws(WorldError) {
            return try blob.copied()
        } catch {
            throw .unavailable("\(error)")
        }
    }

    fileprivate func storedPicture(_ content: SHA256.Digest) -> Picture? { registry.results.picture(content) }

    fileprivate func exportAccounts(_ key: KeyID?, to archive: inout ArchiveWriter) {
        archive.write(list: registry.ledger.spent(key)) { account, archive in
            archive.write(account.namespace)
            archive.write(Int(account.spent))
        }
    }

    fileprivate func restore(
        image bytes: consuming ByteBuffer, _ digest: SHA256.Digest
    ) throws(WorldError) -> InputImage {
        let memory = (try? ImageProbe(bytes.bytes))?.decodingBytes(fileBytes: bytes.count) ?? 0
        do throws(StoreError) {
            let name = BlobName.random()
            return InputImage(
                owned: OwnedBlob(name, try images.put(bytes, as: name), in: images), digest: digest,
                decodingBytes: memory)
        } catch {
            throw .store(error)
        }
    }

    fileprivate func restore(
        _ records: [(record: TaskRecord, image: InputImage?)], _ pictures: [(SHA256.Digest, SharedBytes)],
        _ accounts: [(Namespace, Int64)]
    ) throws(WorldError) {
        do throws(StoreError) {
            registry.ledger.restore(accounts)
            for (content, bytes) in pictures {
                let holders = records.filter { $0.record.content == content && $0.record.holdsResult }
                guard let first = holders.first else { continue }
                let name = BlobName.random()
                let blob = try results.put(copying: bytes.bytes, as: name)
                let picture = Picture(
                    owned: OwnedBlob(name, blob, in: results), md5: MD5.digest(bytes.bytes))
                registry.results.keep(picture, content, for: first.record.namespace, holders: holders.map(\.record.id))
            }
            for (record, image) in records {
                if record.end == nil {
                    registry.ledger.restoreReservation(record.id, record.cost, of: record.namespace)
                }
                try registry.restore(record)
                if record.isUnmade, let image, let order = record.order {
                    scheduler.enterUnpromised(record, image, order.recipe)
                }
                if record.hasUnsent { outbox.resume(record) }
            }
        } catch {
            throw .store(error)
        }
    }
}
