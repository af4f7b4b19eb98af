// SPDX-License-Identifier: MIT

using FcTarget.Host.CommandLine;
using FcTarget.Host.Serving;

// Before anything else is loaded: who starts a target and stops it at once wants it to end as it does later.
using CancellationTokenSource stop = new();
using StopSignals? signals = args is [RunCommand.Name, ..] ? new StopSignals(stop.Cancel) : null;
return await FcTargetCommand.RunAsync(args, stop.Token);
