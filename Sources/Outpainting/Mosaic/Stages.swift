/// The stages in which a canvas much larger than its reference grows. Each takes the picture of the stage before as its
/// reference, and grows a side by a bounded percentage.
struct Stages {
    /// A placement for each stage, the last one's canvas is the whole; none if the reference is the canvas.
    let placements: [Placement]

    init(_ placement: Placement, percent: Int) {
        var placements: [Placement] = []
        Stages.add(placement.placed, placement.canvas, percent, &placements)
        self.placements = placements
    }

    private static func add(_ reference: Rect, _ canvas: Size, _ percent: Int, _ placements: inout [Placement]) {
        if reference.size == canvas { return }
        let most = Size(
            width: max(reference.width * percent / 100, 24), height: max(reference.height * percent / 100, 24))
        if canvas.width <= most.width, canvas.height <= most.height {
            placements.append(Placement(canvas: canvas, placed: reference))
            return
        }
        // First a smaller window in which the reference has the same relative place.
        let window = Size(
            width: min(canvas.width, max(reference.width, most.width * 4 / 5)),
            height: min(canvas.height, max(reference.height, most.height * 4 / 5)))
        func share(_ offset: Int, _ window: Int, _ reference: Int, _ canvas: Int) -> Int {
            canvas > reference ? offset * (window - reference) / (canvas - reference) : 0
        }
        let x = share(reference.x, window.width, reference.width, canvas.width)
        let y = share(reference.y, window.height, reference.height, canvas.height)
        add(Rect(x: x, y: y, width: reference.width, height: reference.height), window, percent, &placements)
        add(
            Rect(x: reference.x - x, y: reference.y - y, width: window.width, height: window.height), canvas, percent,
            &placements)
    }
}
