// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Compile;
using FcTarget.DTrace.Contract;
using FcTarget.Probes;

namespace FcTarget.DTrace.Runtime;

/// <summary>What the compiler made: it holds no memory of a run.</summary>
internal sealed class DProgram(ProgramContext context, ProbeTable probes, IReadOnlyList<Enabling> code, IReadOnlyList<ProgramMatch> matches) : IDProgram
{
    public DOptions Options => context.Options;

    public IReadOnlyList<ProgramMatch> Matches => matches;

    public IReadOnlyList<EnablingDescription> Enablings { get; } = [.. code.Select(e => e.Description)];

    public IReadOnlyList<AggregationDescription> Aggregations => context.Aggregations.List;

    public DLayout Layout => context.Layout;

    /// <summary>Whether it needs speculative buffers.</summary>
    public bool Speculates => context.Speculates;

    public IReadOnlyList<Enabling> Code => code;

    public IReadOnlyList<TimerProbe> Timers => probes.Timers;

    public IDRun Enable(FcProvider provider, TimeProvider time, AggregationBuffer aggregations, Action wake) =>
        new DRun(this, provider, time, aggregations, wake);
}

/// <summary>What all machines of a run share: global variables, constants, associative arrays.</summary>
internal sealed unsafe class DShared : IDisposable
{
    public DShared(DProgram program)
    {
        DLayout layout = program.Layout;
        Program = program;
        Globals = new long[layout.Globals];
        Memory = (byte*)NativeMemory.AllocZeroed((nuint)layout.SharedBytes);
        foreach ((int offset, byte[] bytes) in layout.Constants) bytes.CopyTo(new Span<byte>(Memory + offset, bytes.Length));
        if (layout.DynamicKeyBytes > 0) Dynamic = new DynamicVariables(program.Options.DynVarSize, layout.DynamicKeyBytes, layout.DynamicValueBytes);
    }

    public DProgram Program { get; }

    public long[] Globals { get; }

    public byte* Memory { get; }

    public DynamicVariables? Dynamic { get; }

    public void Dispose()
    {
        NativeMemory.Free(Memory);
        Dynamic?.Dispose();
    }
}
