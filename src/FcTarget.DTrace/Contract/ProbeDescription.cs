// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Contract;

/// <summary>A probe as <c>-l</c> lists it. BEGIN, END and ERROR are 1, 2 and 3 of provider <c>dtrace</c>.</summary>
internal sealed record ProbeDescription(int Id, string Provider, string Module, string Function, string Name)
{
    public override string ToString() => $"{Provider}:{Module}:{Function}:{Name}";
}
