-- Different pages, the page of rank r asked for in proportion to 1/r. Argument: a file with a path a line, by rank.
-- The requests of one cycle are made before the clock starts, always the same: chance costs nothing while it runs.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local CYCLE, SEED = 65536, 20260101
local requests, at = {}, 0

function init(args)
  local paths, reach, sum = lines_of(args[1]), {}, 0
  for rank = 1, #paths do
    sum = sum + 1 / rank
    reach[rank] = sum
  end
  local ready = {}
  for rank, path in ipairs(paths) do
    ready[rank] = wrk.format(nil, path)
  end
  math.randomseed(SEED)
  for slot = 1, CYCLE do
    local wanted, low, high = math.random() * sum, 1, #paths
    while low < high do
      local middle = math.floor((low + high) / 2)
      if reach[middle] < wanted then
        low = middle + 1
      else
        high = middle
      end
    end
    requests[slot] = ready[low]
  end
end

function request()
  at = at % CYCLE + 1
  return requests[at]
end
