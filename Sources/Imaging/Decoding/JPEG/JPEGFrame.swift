internal import Bytes

/// The frame header of a JPEG file (ITU-T T.81, B.2.2), checked.
struct JPEGFrame: Equatable {
    /// How blocks are coded.
    enum Coding {
        case huffman
        case arithmetic
    }

    let width: Int
    let height: Int
    let isProgressive: Bool
    let coding: Coding
    /// Number and sampling of each component.
    let components: [Component]

    struct Component: Equatable {
        let number: UInt8
        let across: Int
        let down: Int
    }

    /// Reads the segment of marker `code`, `0xc0` to `0xcf`, without its length.
    init(_ code: UInt8, _ body: Span<UInt8>) throws(ImageError) {
        if let reason = Self.unsupported(code) { throw ImageError(.jpeg, .unsupported(reason)) }
        guard body.count >= 6, body.count == 6 + Int(body[5]) * 3 else {
            throw ImageError(.jpeg, .corrupt("the frame header has a wrong length"))
        }
        guard body[0] == 8 else { throw ImageError(.jpeg, .unsupported("\(body[0]) bits a sample")) }
        height = body.big16(1)
        width = body.big16(3)
        // A height of zero means that a later marker has it. No known writer makes such files.
        guard width > 0, height > 0 else { throw ImageError(.jpeg, .corrupt("the size is \(width) x \(height)")) }
        guard [1, 3, 4].contains(body[5]) else { throw ImageError(.jpeg, .unsupported("\(body[5]) components")) }
        var components: [Component] = []
        for index in 0..<Int(body[5]) {
            let sampling = body[7 + index * 3]
            let component = Component(
                number: body[6 + index * 3], across: Int(sampling >> 4), down: Int(sampling & 0xf))
            guard 1...4 ~= component.across, 1...4 ~= component.down else {
                throw ImageError(
                    .jpeg, .corrupt("component \(index) is sampled \(component.across) x \(component.down)"))
            }
            components.append(component)
        }
        self.components = components
        isProgressive = code & 3 == 2
        coding = code & 8 == 0 ? .huffman : .arithmetic
    }

    private static func unsupported(_ code: UInt8) -> String? {
        switch code {
        case 0xc0, 0xc1, 0xc2, 0xc9, 0xca: nil
        case 0xc3, 0xcb: "lossless coding"
        default: "hierarchical coding"
        }
    }

    /// Blocks of 8 x 8 samples in all components.
    var blocks: Int {
        let most = (across: components.map(\.across).max() ?? 1, down: components.map(\.down).max() ?? 1)
        return components.reduce(0) { sum, component in
            let columns = (width * component.across + most.across * 8 - 1) / (most.across * 8)
            let rows = (height * component.down + most.down * 8 - 1) / (most.down * 8)
            return sum + columns * rows
        }
    }
}
