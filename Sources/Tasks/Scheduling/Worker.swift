internal import Bytes
internal import Crypto
internal import Imaging
internal import System

/// A thread that makes pictures. It runs at a lower priority than the event loops, so polls are answered promptly while
/// all cores are busy.
struct Worker {
    private let scheduler: JobScheduler
    private let blobs: any BlobStore
    private let maker: any PictureMaker

    /// The largest buffer capacity that is kept for the next picture.
    private static let keptBuffer = 4 << 20
    /// The number of attempts to store a picture, and the real time between them.
    private static let tries = 20

    init(_ scheduler: JobScheduler, _ blobs: any BlobStore, _ maker: any PictureMaker) {
        (self.scheduler, self.blobs, self.maker) = (scheduler, blobs, maker)
    }

    func run() {
        Thread.goBehindOthers()
        let workers = scheduler.sharedWorkers()
        var input = ByteBuffer()
        var output = ByteBuffer()
        while let (job, image, share) = scheduler.next() {
            var outcome = make(job, image, share, on: workers, &input, &output)
            share.giveBack()
            let picture = outcome == .ready ? keep(output) : nil
            if outcome == .ready, picture == nil {
                outcome = .failed(Failure(.storage, "the picture cannot be stored"))
            }
            scheduler.finish(job, outcome, picture)
            if input.capacity > Worker.keptBuffer { input = ByteBuffer() }
            if output.capacity > Worker.keptBuffer { output = ByteBuffer() }
        }
    }

    private func make(
        _ job: Job, _ image: consuming InputImage, _ share: DecodingMemory.Share, on workers: SharedWorkers,
        _ input: inout ByteBuffer, _ output: inout ByteBuffer
    ) -> Outcome {
        output.removeAll()
        do throws(Errno) {
            return try image.file.withBytes(&input) { [scheduler] bytes in
                maker.make(
                    bytes, job.recipe, on: workers, into: &output, decoded: { share.giveBack() },
                    goOn: { _ in !scheduler.isStopping })
            }
        } catch {
            return .failed(Failure(.storage, error.description))
        }
    }

    /// Stores a picture. Retries a failing store for a while, because the picture is already made.
    private func keep(_ file: borrowing ByteBuffer) -> Picture? {
        let md5 = MD5.digest(file.bytes)
        for number in 1...Worker.tries {
            do throws(StoreError) {
                let name = BlobName.random()
                return Picture(
                    owned: OwnedBlob(name, try blobs.put(copying: file.bytes, as: name), in: blobs), md5: md5)
            } catch {
                scheduler.note(error)
                if number < Worker.tries, !scheduler.isStopping { scheduler.pause(.milliseconds(100)) }
            }
        }
        return nil
    }
}
