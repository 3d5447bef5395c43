/// Complete programs for the reference page that outpaint `input.png` into `result.png`. Tests run them.
enum Examples {
    static func curl(base: String) -> String {
        """
        #!/bin/sh
        set -eu
        base='\(base)'
        key=${BFL_API_KEY:-test-key}

        # Submit: the image as base64, and the canvas it is put in the middle of.
        submit() {
            { printf '{"width":1024,"height":1024,"input_image":"'; base64 <input.png | tr -d '\\n'; printf '"}'; } |
                curl -sS "$base\(Contract.submit.path.text)" \\
                    -H "x-key: $key" -H 'content-type: application/json' --data-binary @-
        }
        answer=$(submit)
        case $answer in
            *'"polling_url":"'*) polling_url=$(printf %s "$answer" | sed 's/.*"polling_url":"\\([^"]*\\)".*/\\1/') ;;
            *) echo "$answer" >&2; exit 1 ;;
        esac

        # Poll until there is a result.
        while :; do
            answer=$(curl -sS "$polling_url" -H "x-key: $key")
            case $answer in
                *'"status":"Ready"'*) break ;;
                *'"status":"Pending"'*) sleep 0.5 ;;
                *) echo "$answer" >&2; exit 1 ;;
            esac
        done

        # Fetch it within ten minutes.
        curl -sS -o result.png "$(printf %s "$answer" | sed 's/.*"sample":"\\([^"]*\\)".*/\\1/')"
        echo result.png
        """
    }

    static func python(base: String) -> String {
        """
        import base64, json, os, sys, time
        from urllib.error import HTTPError
        from urllib.request import Request, urlopen

        BASE = "\(base)"
        HEADERS = {"x-key": os.environ.get("BFL_API_KEY", "test-key"), "content-type": "application/json"}


        def ask(url, body=None):
            data = None if body is None else json.dumps(body).encode()
            try:
                with urlopen(Request(url, data, HEADERS)) as answer:
                    return json.load(answer)
            except HTTPError as error:
                sys.exit(f"{error.code}: {error.read().decode()}")


        # Submit: the image as base64, and the canvas it is put in the middle of.
        with open("input.png", "rb") as file:
            image = base64.b64encode(file.read()).decode()
        task = ask(BASE + "\(Contract.submit.path.text)", {"input_image": image, "width": 1024, "height": 1024})

        # Poll until there is a result.
        while (answer := ask(task["polling_url"]))["status"] == "Pending":
            time.sleep(0.5)
        if answer["status"] != "Ready":
            sys.exit(f"no result: {answer}")

        # Fetch it within ten minutes.
        with urlopen(answer["result"]["sample"]) as sample, open("result.png", "wb") as file:
            file.write(sample.read())
        print("result.png")
        """
    }
}
