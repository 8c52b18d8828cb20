-- One page, again and again.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")
