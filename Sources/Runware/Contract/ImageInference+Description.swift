extension ImageInference {
    static let models = ["bfl:flux@outpainting", "bfl-flux-outpainting"]

    /// The contract of an outpainting task: the one place that says what its parameters are.
    static let description = Description<ImageInference>(
        [
            .required("taskType", \.taskType, .oneOf([TaskType.imageInference.rawValue])),
            .required("taskUUID", \.taskUUID, .uuid),
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
            .required("model", \.model, .oneOf(models)),
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
            .group("advancedFeatures", [.group("watermark", watermark)]),
            .optional("routing", \.routing, .anyObject),
        ],
        rules: [
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
        ])

    private static let sources = [markPath, "advancedFeatures.watermark.text"]

    /// Where the picture of a watermark stands.
    static let markPath = "advancedFeatures.watermark.image"

    private static let watermark: [Parameter<ImageInference>] = [
        .optional("text", \.watermark.text, .text(2...32)),
        .optional("image", \.watermark.image, .text),
        .optional("displayPosition", \.watermark.position, .choice),
        .optional("tiled", \.watermark.tiled, .boolean),
        .optional("opacity", \.watermark.opacity, .number(0.1...1, step: 0.01)),
        .optional("fontColor", \.watermark.fontColor, .colour),
        .optional("bgColor", \.watermark.bgColor, .colour),
    ]
}
