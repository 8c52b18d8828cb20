-- What every script ends with: the figures of the run as one line of JSON. `counted` names globals that hold counts.
counted = counted or {}
local threads = {}

function setup(thread)
  threads[#threads + 1] = thread
end

function done(summary, latency)
  local errors, parts = summary.errors, {}
  for _, name in ipairs(counted) do
    local sum = 0
    for _, thread in ipairs(threads) do
      sum = sum + (thread:get(name) or 0)
    end
    parts[#parts + 1] = ('"%s": %d'):format(name, sum)
  end
  print(("\nFIGURES {%s}"):format(table.concat({
    ('"requests": %d'):format(summary.requests),
    ('"microseconds": %d'):format(summary.duration),
    ('"refused": %d'):format(errors.status),
    ('"broken": %d'):format(errors.connect + errors.read + errors.write + errors.timeout),
    ('"p50": %d'):format(latency:percentile(50)),
    ('"p99": %d'):format(latency:percentile(99)),
    ('"counted": {%s}'):format(table.concat(parts, ", ")),
  }, ", ")))
end

-- The lines of a file.
function lines_of(name)
  local lines = {}
  for line in io.lines(name) do
    lines[#lines + 1] = line
  end
  return lines
end
