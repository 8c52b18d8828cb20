-- Comments by different people, from different addresses, each with a text of its own of about 200 characters.
-- Arguments: a file with a path a line; the number of this run; a JSON body with {id} and {text} in it.
counted = { "created", "accepted", "others" }
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

created, accepted, others = 0, 0, 0
local WORDS = {}
for word in ([[anchor basin cable dune ebb ferry gull hull inlet jetty keel ledge mast net oar pier quay reef sail tide
    undertow vane wharf yawl]]):gmatch("%a+") do
  WORDS[#WORDS + 1] = word
end

local paths, run, body, number = {}, 0, "", 0

function init(args)
  paths, run, body = lines_of(args[1]), tonumber(args[2]), args[3]
  math.randomseed(run)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

local function text(id)
  local parts, length = { "Seen as number " .. id .. ":" }, 30
  while length < 195 do
    local word = WORDS[math.random(#WORDS)]
    parts[#parts + 1] = word
    length = length + #word + 1
  end
  return table.concat(parts, " ") .. "."
end

function request()
  number = number + 1
  local id = ("%d-%d"):format(run, number)
  -- 10.0.0.0/8 has room for 65,536 posts in each of 255 runs.
  wrk.headers["X-Forwarded-For"] = ("10.%d.%d.%d"):format(run % 255, math.floor(number / 256) % 256, number % 256)
  local sent = body:gsub("{(%a+)}", { id = id, text = text(id) })
  return wrk.format(nil, paths[number % #paths + 1], nil, sent)
end

function response(status)
  if status == 201 then
    created = created + 1
  elseif status == 202 then
    accepted = accepted + 1
  else
    others = others + 1
  end
end
