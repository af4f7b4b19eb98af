// SPDX-License-Identifier: MIT

namespace FcTarget.Probes.Tests;

/// <summary>A local and a remote port, a provider, and one way to fire each probe with known arguments.</summary>
internal sealed unsafe class ProbeRig : IDisposable
{
    public static readonly byte[] Read10 = [0x28, 0, 0, 0, 0x10, 0, 0, 0, 8, 0];
    public static readonly byte[] Sense = [0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x25, 0, 0, 0, 0, 0];

    // Pinned: the probes pass addresses.
    private readonly byte[] _cdb = Pinned(Read10);
    private readonly byte[] _sense = Pinned(Sense);

    public FcProvider Provider { get; } = new();
    public PortProbeInfo Local { get; } = new("20000200000000aa", "10000200000000aa", "lab host", "fctarget vb");
    public PortProbeInfo Remote { get; } = new("2000020000000001", "1000020000000001", hardAddress: 0x010203);
    public ConnProbeInfo Link { get; }
    public ConnProbeInfo Conn { get; }

    public ProbeRig()
    {
        Link = new ConnProbeInfo(Local, null);
        Conn = new ConnProbeInfo(Local, Remote);
    }

    private ScsiCmd Command => new() { ic_len = (ulong)_cdb.Length, ic_cdb = Address(_cdb) };

    private FcCommandFacts Facts => new()
    {
        Lun = 0x0001_0000_0000_0000,
        ExpectedLength = 4096,
        OxId = 0x01A4,
        RxId = 0x0007,
        LocalId = 0x0A0B0C,
        RemoteId = 0x010203,
    };

    private FcCommandFacts ResponseFacts => new()
    {
        Lun = 0x0001_0000_0000_0000,
        ExpectedLength = 4096,
        OxId = 0x01A4,
        RxId = 0x0007,
        LocalId = 0x0A0B0C,
        RemoteId = 0x010203,
        ScsiStatus = 2,
        Residual = 4096,
        ResidualKind = FcResidual.Under,
        Sense = Address(_sense),
        SenseLength = _sense.Length,
    };

    public void Fire(FcProbe probe)
    {
        FcXferInfo xfer = new() { fcx_len = 4096, fcx_offset = 512, fcx_flags = (ushort)(FcXferFlags.ToRport | FcXferFlags.LportXferActive) };
        switch (probe)
        {
            case FcProbe.LinkUp: Provider.LinkUp(Link); break;
            case FcProbe.LinkDown: Provider.LinkDown(Link); break;
            case FcProbe.FabricLoginStart: Provider.FabricLoginStart(Link, Local); break;
            case FcProbe.FabricLoginEnd: Provider.FabricLoginEnd(Link, Local, FcLoginStatus.TimedOut); break;
            case FcProbe.RportLoginStart: Provider.RportLoginStart(Conn, Local, Remote, solicited: false); break;
            case FcProbe.RportLoginEnd: Provider.RportLoginEnd(Conn, Local, Remote, solicited: true, FcLoginStatus.LsRjt(0x09, 0x1E)); break;
            case FcProbe.RportLogoutStart: Provider.RportLogoutStart(Conn, Local, Remote, solicited: false); break;
            case FcProbe.RportLogoutEnd: Provider.RportLogoutEnd(Conn, Local, Remote, solicited: true); break;
            case FcProbe.ScsiCommand: Provider.ScsiCommand(Conn, Local, Remote, Command, Facts); break;
            case FcProbe.ScsiResponse: Provider.ScsiResponse(Conn, Local, Remote, Command, ResponseFacts); break;
            case FcProbe.XferStart: Provider.XferStart(Conn, Local, Remote, Command, xfer, Facts); break;
            case FcProbe.XferDone: Provider.XferDone(Conn, Local, Remote, Command, xfer, Facts); break;
            case FcProbe.RscnReceive: Provider.RscnReceive(Conn, Local, 0x010200); break;
            case FcProbe.AbtsReceive: Provider.AbtsReceive(Conn, Local, Remote, Facts); break;
            default: throw new ArgumentOutOfRangeException(nameof(probe));
        }
    }

    /// <summary>The lines a JSON sink writes for what <paramref name="fire"/> fires.</summary>
    public string[] Lines(Action fire)
    {
        MemoryStream stream = new();
        using (JsonLinesSink sink = new(stream, new FixedTime()))
        {
            Provider.Attach(sink);
            fire();
            Provider.Detach(sink);
        }
        return Split(stream.ToArray());
    }

    public static string[] Split(byte[] utf8) =>
        System.Text.Encoding.UTF8.GetString(utf8).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose()
    {
        Conn.Dispose();
        Link.Dispose();
        Remote.Dispose();
        Local.Dispose();
    }

    private static byte[] Pinned(byte[] bytes)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned, 0);
        return pinned;
    }

    private static byte* Address(byte[] pinned)
    {
        fixed (byte* p = pinned) return p;
    }
}

/// <summary>Time that stands still.</summary>
internal sealed class FixedTime : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(6_000_007);
}
