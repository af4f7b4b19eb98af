// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Runtime.Loader;

namespace FcTarget.Benchmarks.ProbeCost;

/// <summary>
/// Our assemblies, loaded for one copy alone. Not collectible: the JIT takes <c>static readonly</c> fields for constants only in assemblies that stay.
/// </summary>
internal sealed class CopyContext() : AssemblyLoadContext(isCollectible: false)
{
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is { } name && name.StartsWith("FcTarget.", StringComparison.Ordinal)
            ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, name + ".dll"))
            : null;
}
