-- No URL twice: each request has a parameter that the application ignores and no other request had.
-- Arguments: a file with a path a line, and a word of this run alone.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local paths, run, number = {}, "", 0

function init(args)
  paths, run = lines_of(args[1]), args[2]
end

function request()
  number = number + 1
  return wrk.format(nil, ("%s?n=%s-%d"):format(paths[number % #paths + 1], run, number))
end
