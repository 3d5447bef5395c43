import JSON

extension OutpaintRequest {
    /// The schema of a submission. Validation, errors, `/openapi.json` and the reference page are derived from it.
    static let schema = Schema<OutpaintRequest>(
        "FluxOutpaintingInputs", description: "Public contract for ``/v1/flux-tools/outpainting-v1``.",
        [
            Field(
                "input_image", \.inputImage, .text, "Base64-encoded input (reference) image or HTTP(S) image URL."),
            Field("width", \.width, .integer(atLeast: 64), "Target output width."),
            Field("height", \.height, .integer(atLeast: 64), "Target output height."),
            Field(
                "auto_crop", \.autoCrop, .boolean, standard: false,
                """
                If True, crop the input image to the canvas bounds when it extends beyond the edges. If False, an error \
                is raised instead.
                """),
            Field(
                "safety_tolerance", \.safetyTolerance, .integer(atLeast: 0, atMost: 5), standard: 2,
                """
                Tolerance level for input and output moderation. Between 0 and 5, 0 being most strict, 5 being least \
                strict. If you wish to increase the safety_tolerance beyond these levels please reach out to the team.
                """),
            Field("output_format", \.outputFormat, .optional(.choice("OutputFormat")), standard: .png),
            Field(
                "prompt", \.prompt, .optional(.text), standard: nil,
                """
                Experimental: optional text guidance for the outpainted region. The model may not strictly follow this \
                prompt; the visual content of the input image is the primary signal. Leave unset for default behavior.
                """),
            Field(
                "reference_offset_x", \.referenceOffsetX, .optional(.integer()), standard: nil,
                """
                Left offset (px) of the reference image's top-left corner on the output canvas. Negative values are \
                allowed. None = center horizontally.
                """),
            Field(
                "reference_offset_y", \.referenceOffsetY, .optional(.integer()), standard: nil,
                """
                Top offset (px) of the reference image's top-left corner on the output canvas. Negative values are \
                allowed. None = center vertically.
                """),
            Field(
                "mode", \.mode, .literal, standard: .high,
                """
                Quality/speed trade-off. 'high' (default): highest-fidelity results, recommended whenever fine detail, \
                prompt adherence, or consistency with complex content in the source image matters; slower. 'fast': \
                significantly faster and well-suited for naturally extending most scenes (landscapes, backgrounds, \
                textures, products); may produce lower fidelity in the extended region than 'high'.
                """),
        ])
}
