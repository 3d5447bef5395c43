internal import Bytes
internal import Crypto
internal import Imaging
internal import System

/// One thread that makes pictures. It goes behind the event loops, so that polls are answered at once while all cores make
/// pictures.
struct Worker {
    private let floor: Floor
    private let maker: any Maker

    /// A buffer that grew larger is not kept for the next picture.
    private static let keptBuffer = 4 << 20

    init(_ floor: Floor, _ maker: any Maker) {
        (self.floor, self.maker) = (floor, maker)
    }

    func run() {
        Thread.goBehindOthers()
        let hands = floor.hands()
        var input = ByteBuffer()
        var output = ByteBuffer()
        while let (job, reference, share) = floor.next() {
            let outcome = make(job, reference, share, on: hands, &input, &output)
            share.giveBack()
            floor.finish(job, outcome, outcome == .ready ? keep(output) : nil)
            if input.capacity > Worker.keptBuffer { input = ByteBuffer() }
            if output.capacity > Worker.keptBuffer { output = ByteBuffer() }
        }
    }

    private func make(
        _ job: Job, _ reference: consuming Reference, _ share: DecodingMemory.Share, on hands: SpareHands,
        _ input: inout ByteBuffer, _ output: inout ByteBuffer
    ) -> Outcome {
        output.removeAll()
        do throws(Errno) {
            return try reference.file.withBytes(&input) { [floor] bytes in
                maker.make(
                    bytes, job.recipe, on: hands, into: &output, decoded: { share.giveBack() },
                    goOn: { progress in
                        job.progress = progress
                        return !floor.isStopping
                    })
            }
        } catch {
            return .failed(Failure(.storage, error.description))
        }
    }

    private func keep(_ file: borrowing ByteBuffer) -> Picture {
        Picture(file: floor.books.results.keep(copying: file), md5: MD5.digest(file.bytes))
    }
}
