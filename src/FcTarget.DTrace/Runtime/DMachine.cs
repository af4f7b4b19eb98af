// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Contract;
using FcTarget.Probes;

namespace FcTarget.DTrace.Runtime;

/// <summary>A compiled clause: predicate and statements. It ends early if <see cref="DMachine.Faulted"/> becomes true.</summary>
/// <returns>Whether the predicate held.</returns>
internal delegate bool DClauseCode(DMachine machine);

// D MACHINE - theory of operation
//   Job      Everything a compiled clause needs while it runs on one thread: the firing's arguments, variables, scratch, the record being
//            made. Compiled code is integer arithmetic in 64 bits and calls of the methods here.
//   Owner    The thread that fires: a machine is never used by two at once. Globals and associative arrays are shared by all machines.
//   Safety   Code cannot loop and cannot form an address that is read unchecked: Load and Text admit the machine's own blocks and the
//            firing's arguments, nothing else. A fault is kept, not thrown: what follows computes on with 0 and stores nothing.
//   Bounds   Scratch is a fixed block, emptied for each clause; strings are cut at strsize; Budget limits the bytes a firing works on.
//   Cost     No allocation after construction.
//   Proof    FunctionTests, FiringTests, FiringCostTests, FuzzTests

/// <summary>The state in which the clauses of one program run on one thread.</summary>
internal sealed unsafe partial class DMachine : IDisposable
{
    /// <summary>Bytes that the clauses of one firing may look at or copy: some hundred microseconds, whatever strsize is.</summary>
    private const long Budget = 8 << 20;

    private readonly AggregationBuffer _aggregations;
    private readonly AggregationDescription[] _aggregationList;
    private readonly DynamicVariables? _dynamic;
    private readonly Speculations? _speculations;
    private readonly TimeProvider _time;
    private readonly (int Offset, int Size)[] _localBlocks;
    private readonly int _strsize;
    private readonly int _recordBytes;
    private readonly byte* _record, _key, _keyEnd, _update, _tokens, _scratch, _scratchEnd;
    private readonly byte* _updateEnd;
    private readonly long _variablesEnd;
    private byte* _scratchAt;
    private long _budget;
    private int _keyLength;
    private DFaultKind _fault;
    private ulong _faultAddress;
    private int _faultAction, _faultOffset;
    private bool _exit;
    private long _timestamp, _wallTimestamp;
    private readonly long[] _savedArgs = new long[10];

    // Read and written by compiled code.
    public readonly long[] Globals;
    public readonly long[] Threads;
    public readonly long[] Locals;
    public readonly long Shared;
    public readonly long Own;
    public int Action;

    /// <summary>The arguments of the firing: addresses of native structures, or integers.</summary>
    public readonly long[] Args = new long[10];
    public long Epid;
    public long ProbeId;

    /// <summary>Bytes of the record that the clause makes.</summary>
    private int RecordSize { get; set; }

    /// <summary>Texts of the probe that fires: constants in the shared block.</summary>
    public long ProbeProvider, ProbeModule, ProbeFunction, ProbeName;

    public DMachine(DShared shared, AggregationBuffer aggregations, Speculations? speculations, TimeProvider time)
    {
        DLayout layout = shared.Program.Layout;
        _aggregations = aggregations;
        _aggregationList = [.. shared.Program.Aggregations];
        _dynamic = shared.Dynamic;
        _speculations = speculations;
        _time = time;
        _strsize = shared.Program.Options.StrSize;
        _localBlocks = [.. layout.LocalBlocks];
        _recordBytes = layout.RecordBytes;
        Globals = shared.Globals;
        Threads = new long[layout.Threads];
        Locals = new long[layout.Locals];
        Shared = (long)shared.Memory;
        SharedEnd = Shared + layout.SharedBytes;
        int scratch = Math.Max(DLayout.MinScratch, DLayout.ScratchPerString * _strsize);
        long total = (long)layout.OwnBytes + layout.RecordBytes + layout.KeyBytes + layout.UpdateBytes + _strsize + scratch + 64;
        byte* own = (byte*)NativeMemory.AllocZeroed((nuint)total);
        Own = (long)own;
        OwnEnd = Own + total;
        _record = (byte*)(((long)own + layout.OwnBytes + 7) & ~7);
        _key = (byte*)(((long)_record + layout.RecordBytes + 7) & ~7);
        _keyEnd = _key + layout.KeyBytes;
        _update = (byte*)(((long)_keyEnd + 7) & ~7);
        _updateEnd = _update + layout.UpdateBytes;
        _tokens = (byte*)(((long)_updateEnd + 7) & ~7);
        _scratch = (byte*)(((long)_tokens + _strsize + 7) & ~7);
        _variablesEnd = Own + layout.OwnBytes;
        _scratchEnd = _scratch + scratch;
        _scratchAt = _scratch;
        ThreadId = DProcess.ThreadId;
    }

    private long SharedEnd { get; }

    private long OwnEnd { get; }

    /// <summary>Kernel id of the thread the machine was made on.</summary>
    public int ThreadId { get; }

    public bool Faulted => _fault != DFaultKind.None;

    public DFault Fault => new(_fault, _faultAction, _faultOffset, _faultAddress);

    /// <summary>What the clause recorded.</summary>
    public ReadOnlySpan<byte> Record(int size) => new(_record, Math.Min(size, _recordBytes));

    /// <summary>Takes the arguments of a firing; clause-local variables begin as zero.</summary>
    public void Begin(in FcProbeEvent e)
    {
        Conn = e.Conn;
        Local = e.Local;
        Remote = e.Remote;
        Command = e.Command;
        Xfer = e.Xfer;
        Facts = e.Facts;
        ProbeTable.Arguments(in e, Args);
        ClearLocals();
    }

    /// <summary>A firing without native arguments: BEGIN, END, ERROR, timers.</summary>
    public void Begin(ReadOnlySpan<long> arguments)
    {
        End();
        arguments.CopyTo(Args);
        ClearLocals();
    }

    /// <summary>Forgets the arguments: their memory is the caller's again.</summary>
    public void End()
    {
        Conn = null;
        Local = Remote = null;
        Command = null;
        Xfer = null;
        Facts = null;
        Array.Clear(Args);
    }

    /// <summary>Names the clause that runs next.</summary>
    public void Enter(Enabling enabling)
    {
        Epid = enabling.Description.Epid;
        ProbeId = enabling.Description.Probe.Id;
        RecordSize = Math.Max(0, enabling.Clause.RecordSize);
        ProbeProvider = Shared + enabling.Names.Provider;
        ProbeModule = Shared + enabling.Names.Module;
        ProbeFunction = Shared + enabling.Names.Function;
        ProbeName = Shared + enabling.Names.Name;
    }

    /// <summary>Arguments of ERROR: arg1 the enabling, arg2 the action, arg3 the offset in it, arg4 the fault, arg5 the address.</summary>
    public void BeginError(uint epid, in DFault fault)
    {
        Args.CopyTo(_savedArgs, 0);
        Array.Clear(Args);
        Args[1] = epid;
        Args[2] = fault.Action;
        Args[3] = fault.Offset;
        Args[4] = (long)fault.Kind;
        Args[5] = (long)fault.Address;
    }

    /// <summary>The arguments of the firing that faulted again.</summary>
    public void EndError() => _savedArgs.CopyTo(Args, 0);

    /// <summary>exit(): the run ends when the clause has.</summary>
    public void RequestExit() => _exit = true;

    public bool TakeExit()
    {
        bool exit = _exit;
        _exit = false;
        return exit;
    }

    /// <summary>Runs a clause on an empty scratch, without a fault.</summary>
    public bool Run(DClauseCode code)
    {
        _scratchAt = _scratch;
        _fault = DFaultKind.None;
        _exit = false;
        Speculation = -1;
        Action = 0;
        return code(this) && !Faulted;
    }

    public void Dispose() => NativeMemory.Free((void*)Own);

    /// <summary>Keeps the first fault of a clause.</summary>
    public long Fail(DFaultKind kind, long address = 0, int offset = 0)
    {
        if (_fault != DFaultKind.None) return 0;
        _fault = kind;
        _faultOffset = offset;
        _faultAddress = (ulong)address;
        _faultAction = Action;
        return 0;
    }

    /// <summary>Takes from the firing's budget; a fault when it is used up.</summary>
    private bool Spend(long bytes) => (_budget -= bytes) >= 0 || Fail(DFaultKind.NoScratchSpace) != 0;

    private void ClearLocals()
    {
        _tokenAt = -1;
        _timestamp = _wallTimestamp = 0;
        _budget = Budget;
        Array.Clear(Locals);
        foreach ((int offset, int size) in _localBlocks) new Span<byte>((byte*)Own + offset, size).Clear();
    }
}
