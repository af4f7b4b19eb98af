// SPDX-License-Identifier: MIT

namespace FcTarget.Replay;

/// <summary>A capture that cannot be replayed, or an option that does not fit it. The message is one line: what is wrong, then the remedy.</summary>
public sealed class ReplayException(string message) : Exception(message);
