/// How much each cell differs from the cells around it, 0 to 80: texture hides seams.
final class Texture: Sendable {
    let cells: Table<UInt8>

    init(_ features: Features) {
        let (columns, rows) = (features.columns, features.rows)
        cells = Table(columns * rows, repeating: 0)
        for j in 0..<rows {
            for i in 0..<columns {
                var (sum, count) = (0, 0)
                for y in stride(from: j - 2, through: j + 2, by: 2) where within(y, rows) {
                    for x in stride(from: i - 2, through: i + 2, by: 2) where within(x, columns) {
                        if x == i, y == j { continue }
                        sum += min(200, distance(features.cells[j * columns + i], features.cells[y * columns + x]))
                        count += 1
                    }
                }
                cells[j * columns + i] = count > 0 ? UInt8(min(80, sum / count)) : 0
            }
        }
    }
}
