-- wrk -s retrieve.lua URL -- TOKEN_FILE TARGETS_FILE [PAUSE_MS]
-- One request per target, made once and sent in turn; the token comes from a private file, never
-- from the command line. Both servers get the same requests. With a pause each connection waits
-- between half of it and one and a half before it asks again: load below what the server can do.
-- Ends with one line "RESULT {json}".

local requests = {}
local turn = 0
local pause = 0

local function first_line(path)
  local file = assert(io.open(path, "r"))
  local line = file:read("*l")
  file:close()
  return line
end

function init(args)
  local headers = {
    ["Authorization"] = "Bearer " .. first_line(args[1]),
    ["Accept"] = "application/json",
    ["OData-Version"] = "4.0",
    ["OData-MaxVersion"] = "4.0",
  }
  for target in io.lines(args[2]) do
    requests[#requests + 1] = wrk.format("GET", target, headers)
  end
  pause = tonumber(args[3] or "0")
  if pause > 0 then
    delay = function() return math.random(math.floor(pause / 2), math.ceil(pause * 3 / 2)) end
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "per_second": %.1f, "p50_us": %.1f, "p99_us": %.1f, "failed": %d}\n',
    summary.requests, summary.requests / (summary.duration / 1e6),
    latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
