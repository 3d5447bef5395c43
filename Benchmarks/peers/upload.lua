-- 2.3 MB, about what a reference image in base64 weighs.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = string.rep("A", 2300000)
