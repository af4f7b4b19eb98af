// SPDX-License-Identifier: MIT

using FcTarget.Benchmarks;

return await BenchmarkCommands.Make().Parse(args).InvokeAsync();
