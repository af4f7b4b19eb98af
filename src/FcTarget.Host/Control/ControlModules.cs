// SPDX-License-Identifier: MIT

using FcTarget.Host.Serving;

namespace FcTarget.Host.Control;

/// <summary>What the control interface of a target consists of.</summary>
internal static class ControlModules
{
    public static IReadOnlyList<IControlModule> Of(Target target) =>
    [
        new StatusModule(target),
        new PortModule(target),
        new StmfModule(target),
        new TargetModule(target),
        new FabricModule(target),
        new DTraceModule(target.Probes, TimeProvider.System),
    ];
}
