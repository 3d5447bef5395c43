import Bytes
import HTTP

// What there is, for people and for programs.

extension ControlPlane {
    /// A short page for people with a terminal.
    static var page: Response {
        .text(
            .ok,
            """
            outpaint: steer the emulator. Everything is under /_emulator, JSON in and out; ?key=KEY limits a call to one API key.

            Without this control plane, in whatever your client lets you change:
              x-key: my-key;life=pending*3, content-moderated      the API key (all before the ; is the key)
              x-emulator: submit=429 retry-after=2                 a header
              [[life=error("out of memory")]]                      anywhere in the prompt
              a PNG text chunk 'emulator'                          the picture
              outpaint serve --life 'pending 5s, ready'            the server

            Lives: pending*3, reasoning 2s, generating lognormal(8s,0.4), "any text"*2, and at the end ready, error(text),
              request-moderated(reason), content-moderated(reason), lost, http(503, retry-after=2) or a state that never ends.

            Rules: what happens to submit, poll, download, credits, webhook, upload, fetch, socket or any
              curl -X POST $BASE/_emulator/rules -d '{"on": "submit", "skip": 2, "times": 1, "life": "content-moderated"}'
              curl -X POST $BASE/_emulator/rules -d '{"on": "poll", "answer": {"status": 503, "retry_after": 2}}'
              curl -X POST $BASE/_emulator/rules -d '{"on": "download", "fault": {"cut": 0.6}}'
              curl $BASE/_emulator/rules;  curl -X DELETE $BASE/_emulator/rules

            Clock: freeze it, speed it up, or move it ahead; the answer lists what happened
              curl -X PUT  $BASE/_emulator/clock -d '{"frozen": true}'
              curl -X POST $BASE/_emulator/clock/advance -d '{"by": "10m01s"}'
              curl -X POST $BASE/_emulator/clock/advance -d '{"until": "idle"}'

            State: begin anew, or keep it
              curl -X POST $BASE/_emulator/reset
              curl $BASE/_emulator/state -o state;  curl -X PUT $BASE/_emulator/state --data-binary @state

            GET /_emulator/openapi.json describes all calls; docs/testing.md has a recipe for each need.

            """)
    }

    /// The OpenAPI description of the calls.
    static let description = #"""
        {"openapi":"3.1.0","info":{"title":"outpaint control plane","version":"1"},
        "components":{
        "parameters":{"key":{"name":"key","in":"query","schema":{"type":"string"},"description":"Limits the call to one API key."}},
        "securitySchemes":{"token":{"type":"http","scheme":"bearer"}},
        "responses":{"Problem":{"description":"Refused (RFC 9457)","content":{"application/problem+json":{"schema":{"type":"object","properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},"pointer":{"type":"string"},"line":{"type":"integer"},"column":{"type":"integer"}}}}}}},
        "schemas":{
        "Rule":{"type":"object","required":["on"],"additionalProperties":false,"properties":{
        "on":{"enum":["submit","poll","download","credits","webhook","upload","fetch","socket","any"]},
        "key":{"type":"string"},"path":{"type":"string","description":"* stands for any characters"},
        "life":{"type":"string","examples":["pending*3, content-moderated"]},
        "answer":{"oneOf":[{"type":"integer","minimum":200,"maximum":599},{"type":"object","required":["status"],"additionalProperties":false,"properties":{"status":{"type":"integer","minimum":200,"maximum":599},"retry_after":{"type":"integer","minimum":0},"body":{},"fields":{"type":"object","additionalProperties":{"type":"string"}}}}]},
        "fault":{"oneOf":[{"type":"string"},{"type":"object","properties":{"delay":{"type":"string"},"rate":{"type":["string","integer"]},"dribble":{"type":["boolean","integer","string"]},"cut":{"type":["boolean","number","string"]},"reset":{"type":["boolean","integer","string"]},"hang":{"type":"boolean"},"empty":{"type":"boolean"},"length":{"type":["boolean","integer"]},"html":{"type":["boolean","integer"]},"json":{"type":"boolean"},"image":{"enum":["crc","truncated","type","size"]},"drop":{"type":"boolean"},"repeat":{"type":"integer"},"order":{"const":"last-first"},"early":{"type":"boolean"},"secret":{"type":["boolean","string"]}}}]},
        "times":{"type":"integer","minimum":1},"skip":{"type":"integer","minimum":0},"every":{"type":"integer","minimum":1},
        "chance":{"type":"number","minimum":0,"maximum":1},"ttl":{"type":"string","examples":["10m"]}}},
        "ListedRule":{"allOf":[{"$ref":"#/components/schemas/Rule"},{"type":"object","properties":{"id":{"type":"integer"},"met":{"type":"integer"},"applied":{"type":"integer"}}}],"unevaluatedProperties":false},
        "Clock":{"type":"object","properties":{"now":{"type":"string","format":"date-time"},"running":{"type":"boolean"},"rate":{"type":"number"},"keys":{"type":"object","additionalProperties":{"type":"string","format":"date-time"}}}},
        "Happened":{"type":"object","properties":{"now":{"type":"string","format":"date-time"},"complete":{"type":"boolean"},"happened":{"type":"array","items":{"type":"object","properties":{"at":{"type":"string","format":"date-time"},"what":{"type":"string"},"task":{"type":"string"},"key":{"type":"string"}}}}}}}},
        "security":[{},{"token":[]}],
        "paths":{
        "/_emulator/rules":{"parameters":[{"$ref":"#/components/parameters/key"}],
        "get":{"summary":"List the rules","responses":{"200":{"description":"The rules","content":{"application/json":{"schema":{"type":"array","items":{"$ref":"#/components/schemas/ListedRule"}}}}}}},
        "post":{"summary":"Add a rule or several","requestBody":{"required":true,"content":{"application/json":{"schema":{"oneOf":[{"$ref":"#/components/schemas/Rule"},{"type":"array","items":{"$ref":"#/components/schemas/Rule"}}]}}}},"responses":{"201":{"description":"The new rules, with their ids"},"422":{"$ref":"#/components/responses/Problem"}}},
        "put":{"summary":"Replace all rules","requestBody":{"required":true,"content":{"application/json":{"schema":{"type":"array","items":{"$ref":"#/components/schemas/Rule"}}}}},"responses":{"200":{"description":"The new rules"},"422":{"$ref":"#/components/responses/Problem"}}},
        "delete":{"summary":"Remove all rules","responses":{"204":{"description":"Removed"}}}},
        "/_emulator/rules/{id}":{"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"integer"}}],
        "get":{"summary":"Show a rule","responses":{"200":{"description":"The rule"},"404":{"$ref":"#/components/responses/Problem"}}},
        "delete":{"summary":"Remove a rule","responses":{"204":{"description":"Removed"},"404":{"$ref":"#/components/responses/Problem"}}}},
        "/_emulator/clock":{"parameters":[{"$ref":"#/components/parameters/key"}],
        "get":{"summary":"Read the clock","responses":{"200":{"description":"The clock","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Clock"}}}}}},
        "put":{"summary":"Freeze, set or scale the clock","requestBody":{"required":true,"content":{"application/json":{"schema":{"type":"object","additionalProperties":false,"properties":{"frozen":{"type":"boolean"},"now":{"type":"string","format":"date-time"},"rate":{"type":"number","minimum":0.0001,"maximum":1000000}}}}}},"responses":{"200":{"description":"The clock"},"422":{"$ref":"#/components/responses/Problem"}}}},
        "/_emulator/clock/advance":{"parameters":[{"$ref":"#/components/parameters/key"}],
        "post":{"summary":"Move time ahead, with all that is due meanwhile","requestBody":{"required":true,"content":{"application/json":{"schema":{"type":"object","additionalProperties":false,"properties":{"by":{"type":"string"},"to":{"type":"string","format":"date-time"},"until":{"enum":["idle","next"]}}}}}},"responses":{"200":{"description":"What happened","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Happened"}}}},"422":{"$ref":"#/components/responses/Problem"}}}},
        "/_emulator/reset":{"parameters":[{"$ref":"#/components/parameters/key"}],
        "post":{"summary":"Begin anew","responses":{"200":{"description":"Done"}}}},
        "/_emulator/state":{"parameters":[{"$ref":"#/components/parameters/key"}],
        "get":{"summary":"Export the state","responses":{"200":{"description":"The state","content":{"application/octet-stream":{}}}}},
        "put":{"summary":"Load a state","requestBody":{"required":true,"content":{"application/octet-stream":{}}},"responses":{"204":{"description":"Loaded"},"422":{"$ref":"#/components/responses/Problem"}}}}}}
        """#
}
