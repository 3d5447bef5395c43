extension ImageInference {
    static let models = ["bfl:flux@outpainting", "bfl-flux-outpainting"]

    /// The description of an outpainting task, which defines its parameters. The names of watermark positions depend on
    /// the settings.
    static func description(_ settings: Settings = Settings()) -> Description<ImageInference> {
        Description(parameters(settings), rules: rules, misplaced: ["watermark": "advancedFeatures.watermark"])
    }

    private static func parameters(_ settings: Settings) -> [Parameter<ImageInference>] {
        [
            .required("taskType", \.taskType, .oneOf([TaskType.imageInference.rawValue])),
            .required("taskUUID", \.taskUUID, .uuid),
            // Checked first: clients show only one error, and another model has other parameters.
            .required("model", \.model, .oneOf(models)),
            .optional("outputType", \.outputType, .choiceOrList),
            .optional("outputFormat", \.format, .choice),
            .optional("outputQuality", \.quality, .integer(20, 99)),
            .optional("webhookURL", \.webhookURL, .address),
            .optional("deliveryMethod", \.delivery, .choice),
            .optional("uploadEndpoint", \.uploadEndpoint, .address),
            .group(
                "safety",
                [
                    .optional("checkContent", \.checksContent, .boolean),
                    .optional("mode", \.safetyMode, .choice),
                ]),
            .optional("ttl", \.ttl, .integer(60)),
            .optional("includeCost", \.includeCost, .boolean),
            .optional("numberResults", \.numberResults, .integer(1, 20)),
            .group("inputs", isRequired: true, [.required("image", \.image, .text)]),
            .group(
                "outpaint", isRequired: true,
                [
                    .optional("bottom", \.sides.bottom, .integer(0)),
                    .optional("left", \.sides.left, .integer(0)),
                    .optional("right", \.sides.right, .integer(0)),
                    .optional("top", \.sides.top, .integer(0)),
                ]),
            .group(
                "settings",
                [
                    .optional("autoCrop", \.autoCrop, .boolean),
                    .optional("mode", \.mode, .choice),
                ]),
            .group(
                "advancedFeatures",
                [.group("watermark", isThere: \ImageInference.watermark.isWanted, watermark(settings))]),
            .optional("routing", \.routing, .anyObject),
        ]
    }

    private static let rules: [Rule<ImageInference>] = [
        Rule(
            paths: ["outpaint.bottom", "outpaint.left", "outpaint.right", "outpaint.top"], violation: .missing,
            message: "At least one side of outpaint must be set and greater than 0.",
            holds: { task in
                [task.sides.bottom, task.sides.left, task.sides.right, task.sides.top].contains { $0 ?? 0 > 0 }
            }),
        Rule(
            paths: sources, violation: .incompatible,
            message: "A watermark must have either text or image, but not both.",
            holds: { task in task.watermark.text == nil || task.watermark.image == nil }),
        Rule(
            paths: sources, violation: .missing, message: "A watermark must have either text or image.",
            holds: { task in
                !task.watermark.isWanted || task.watermark.text != nil || task.watermark.image != nil
            }),
    ]

    private static let sources = [markPath, "advancedFeatures.watermark.text"]

    /// The path of a watermark's image.
    static let markPath = "advancedFeatures.watermark.image"

    private static func watermark(_ settings: Settings) -> [Parameter<ImageInference>] {
        [
            .optional("text", \.watermark.text, .text(2...32)),
            .optional("image", \.watermark.image, .text),
            .optional("displayPosition", \.watermark.position, .position(settings.positions.names)),
            .optional("tiled", \.watermark.tiled, .boolean),
            .optional("opacity", \.watermark.opacity, .number(0.1...1, step: 0.01)),
            .optional("fontColor", \.watermark.fontColor, .color),
            .optional("bgColor", \.watermark.bgColor, .color),
        ]
    }
}

extension Kind<ImageInference.Position> {
    /// One of nine position names, row by row from the top.
    static func position(_ names: [String]) -> Kind {
        let name = Kind<String>.oneOf(names)
        return Kind(bounds: name.bounds) { value in
            name.read(value).flatMap(names.firstIndex).map {
                ImageInference.Position(vertical: $0 / 3 - 1, horizontal: $0 % 3 - 1)
            }
        }
    }
}

extension Settings.Positions {
    /// The names row by row from the top.
    var names: [String] {
        let middle: [String] =
            switch self {
            case .center: ["top-center", "center-left", "center", "center-right", "bottom-center"]
            case .middle: ["top-middle", "middle-left", "middle", "middle-right", "bottom-middle"]
            case .short: ["top", "left", "center", "right", "bottom"]
            }
        return ["top-left", middle[0], "top-right"] + middle[1...3] + ["bottom-left", middle[4], "bottom-right"]
    }
}
