// SPDX-License-Identifier: MIT

using System.CommandLine;
using FcTarget.Benchmarks;
using FcTarget.Initiator;
using FcTarget.Wire.Pcap;

try
{
    return await BenchmarkCommands.Make().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is WireOpenException or PcapNotFoundException or TimeoutException or ScsiCommandException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
