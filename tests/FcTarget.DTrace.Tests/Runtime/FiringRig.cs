// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Compile;
using FcTarget.DTrace.Contract;
using FcTarget.Probes;

namespace FcTarget.DTrace.Tests;

/// <summary>A compiled program on a provider, and one way to fire each probe with known arguments.</summary>
internal sealed unsafe class FiringRig : IDisposable
{
    public static readonly byte[] Read10 = [0x28, 0, 0, 0, 0x10, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0];

    private readonly byte[] _cdb = GC.AllocateUninitializedArray<byte>(16, pinned: true);
    private readonly AggregationStore _store;

    public FiringRig(string program, DOptions? options = null, TimeProvider? time = null, params string[] arguments)
        : this(DCompiler.Compile([new DSource(program)], "dtrace", arguments, options ?? new DOptions()), time)
    {
    }

    public FiringRig(IDProgram program, TimeProvider? time = null)
    {
        Read10.CopyTo(_cdb, 0);
        Conn = new ConnProbeInfo(Local, Remote);
        Program = program;
        Aggregations = new AggregationBuffer(Program.Aggregations, Program.Options.AggSize);
        _store = new AggregationStore(Program.Aggregations, Program.Options.AggSize);
        Run = Program.Enable(Provider, time ?? TimeProvider.System, Aggregations, () => Woken++);
        Run.Begin();
    }

    public FcProvider Provider { get; } = new();

    public PortProbeInfo Local { get; } = new("20000200000000aa", "10000200000000aa", "lab host", "fctarget vb");

    public PortProbeInfo Remote { get; } = new("2000020000000001", "1000020000000001", hardAddress: 0x010203);

    public ConnProbeInfo Conn { get; }

    public IDProgram Program { get; }

    public AggregationBuffer Aggregations { get; }

    public IDRun Run { get; }

    public int Woken { get; private set; }

    /// <summary>What a program says when it is compiled and refused.</summary>
    public static string Refusal(string program, string? script = null, DOptions? options = null, params string[] arguments)
    {
        Action compile = () => DCompiler.Compile([new DSource(program, script)], "dtrace", arguments, options ?? new DOptions());
        return compile.Should().Throw<DCompileException>().Which.Message;
    }

    /// <summary>Value of an expression traced in BEGIN.</summary>
    public static long Integer(string expression)
    {
        using FiringRig rig = new($"BEGIN {{ trace((int64_t)({expression})); }}");
        return BitConverter.ToInt64(rig.Records().Single().Payload);
    }

    /// <summary>Value of a string expression traced in BEGIN.</summary>
    public static string Text(string expression)
    {
        using FiringRig rig = new($"BEGIN {{ trace({expression}); }}");
        Recorded record = rig.Records().Single();
        record.Fault.Kind.Should().Be(DFaultKind.None, expression);
        return record.String(0);
    }

    public void Fire(FcProbe probe, uint length = 4096)
    {
        ScsiCmd command = Command;
        FcCommandFacts facts = new() { Lun = 0x0001_0000_0000_0000, ExpectedLength = 4096, OxId = 0x1A4, RxId = 7, LocalId = 0xA0B0C, RemoteId = 0x10203 };
        FcXferInfo xfer = new() { fcx_len = length, fcx_offset = 512, fcx_flags = (ushort)(FcXferFlags.ToRport | FcXferFlags.LportXferActive) };
        switch (probe)
        {
            case FcProbe.LinkUp: Provider.LinkUp(Conn); break;
            case FcProbe.LinkDown: Provider.LinkDown(Conn); break;
            case FcProbe.FabricLoginStart: Provider.FabricLoginStart(Conn, Local); break;
            case FcProbe.FabricLoginEnd: Provider.FabricLoginEnd(Conn, Local, FcLoginStatus.TimedOut); break;
            case FcProbe.RportLoginStart: Provider.RportLoginStart(Conn, Local, Remote, solicited: false); break;
            case FcProbe.RportLoginEnd: Provider.RportLoginEnd(Conn, Local, Remote, solicited: true, FcLoginStatus.LsRjt(0x09, 0x1E)); break;
            case FcProbe.RportLogoutStart: Provider.RportLogoutStart(Conn, Local, Remote, solicited: false); break;
            case FcProbe.RportLogoutEnd: Provider.RportLogoutEnd(Conn, Local, Remote, solicited: true); break;
            case FcProbe.ScsiCommand: Provider.ScsiCommand(Conn, Local, Remote, in command, in facts); break;
            case FcProbe.ScsiResponse: Provider.ScsiResponse(Conn, Local, Remote, in command, in facts); break;
            case FcProbe.XferStart: Provider.XferStart(Conn, Local, Remote, in command, in xfer, in facts); break;
            case FcProbe.XferDone: Provider.XferDone(Conn, Local, Remote, in command, in xfer, in facts); break;
            case FcProbe.RscnReceive: Provider.RscnReceive(Conn, Local, 0x010200); break;
            case FcProbe.AbtsReceive: Provider.AbtsReceive(Conn, Local, Remote, in facts); break;
            default: throw new ArgumentOutOfRangeException(nameof(probe));
        }
    }

    /// <summary>Fires every probe of the provider once.</summary>
    public void FireAll()
    {
        foreach (FcProbe probe in Enum.GetValues<FcProbe>()) Fire(probe);
    }

    public List<Recorded> Records()
    {
        List<Recorded> records = [];
        while (Run.TryRead(out DRecord r)) records.Add(new Recorded(Program.Enablings[(int)r.Epid - 1], r.Payload.ToArray(), r.Fault));
        return records;
    }

    /// <summary>Keys and values of an aggregation, keys as text joined by a space.</summary>
    public Dictionary<string, long> Aggregated(string name = "")
    {
        Aggregations.MoveTo(_store);
        AggregationDescription description = Program.Aggregations.Single(a => a.Name == name);
        return _store.Of(description).ToDictionary(e => string.Join(' ', KeyTexts(description, e)), e => (long)e.Values[0]);
    }

    private static List<string> KeyTexts(AggregationDescription description, AggregationElement element)
    {
        List<string> texts = [];
        KeyFields fields = new(description, element.Key);
        while (fields.MoveNext())
        {
            ReadOnlySpan<byte> value = fields.Value;
            texts.Add(fields.Type.Kind == DValueKind.String ? Encoding.UTF8.GetString(value) : value.Length switch
            {
                1 => value[0].ToString(),
                2 => BitConverter.ToInt16(value).ToString(),
                4 => BitConverter.ToInt32(value).ToString(),
                _ => BitConverter.ToInt64(value).ToString(),
            });
        }
        return texts;
    }

    public void Dispose()
    {
        Run.Dispose();
        Conn.Dispose();
        Remote.Dispose();
        Local.Dispose();
    }

    private ScsiCmd Command
    {
        get
        {
            fixed (byte* cdb = _cdb) return new ScsiCmd { ic_len = 16, ic_cdb = cdb };
        }
    }
}

/// <summary>A record as it was read.</summary>
internal sealed record Recorded(EnablingDescription Enabling, byte[] Payload, DFault Fault)
{
    public string String(int offset)
    {
        ReadOnlySpan<byte> text = Payload.AsSpan(offset);
        return Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
    }
}
