-- Polls for tasks at random, whose paths are the lines of the file that POLLS names.
local paths = {}

function init()
    for line in io.lines(os.getenv("POLLS")) do paths[#paths + 1] = line end
    math.randomseed(#paths)
end

function request()
    return wrk.format("GET", paths[math.random(#paths)])
end
