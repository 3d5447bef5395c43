import Imaging
import Outpainting
import Tasks

extension ImageInference.Watermark {
    /// The recipe's watermark, if the task has one. Omitted parameters default to the values of the documents'
    /// examples.
    func mark(_ picture: InputImage?, _ settings: Settings) -> Recipe.Mark? {
        let content: Recipe.Mark.Content
        if let text {
            content = .text(
                text, font: settings.font, color: fontColor ?? .white, box: bgColor)
        } else if let picture {
            content = .picture(picture)
        } else {
            return nil
        }
        let place = position ?? .bottomRight
        return Recipe.Mark(
            content,
            Watermark.Placing(horizontal: place.horizontal, vertical: place.vertical, isTiled: tiled ?? false),
            opacity: Int(((opacity ?? 0.6) * 100).rounded()))
    }
}
