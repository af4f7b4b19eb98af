// SPDX-License-Identifier: MIT

using FcTarget.Host.CommandLine;

return await FcTargetCommand.RunAsync(args);
