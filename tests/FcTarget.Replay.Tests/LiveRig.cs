// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.LinkServices;
using FcTarget.Initiator;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Replay.Live;
using FcTarget.Stmf;
using FcTarget.TestKit;
using FcTarget.Wire.Capture;

namespace FcTarget.Replay.Tests;

/// <summary>A live target behind a switch with one logical unit, and an initiator that a replay tells what to do; in virtual time.</summary>
internal sealed class LiveRig : IDisposable
{
    private readonly Simulation _simulation = new();
    private readonly ILogicalUnit _unit;
    private readonly InitiatorClient _client;
    private readonly ReplayInitiator _initiator;
    private readonly PcapWriter? _writer;

    /// <param name="unit">LUN 0.</param>
    /// <param name="capture">A capture to write; null for none.</param>
    public LiveRig(ILogicalUnit unit, string? capture = null)
    {
        _unit = unit;
        if (capture is not null)
        {
            _writer = PcapWriter.Create(capture);
            _simulation.Segment.Tap = new CaptureRecorder(_writer, _simulation.Clock);
        }
        FcPort target = new(_simulation.Segment.Attach("target", new MacAddress(0x02_00_00_00_00_F0ul)), new PortOptions { Topology = Topology.Switch },
            _simulation.Clock, new FcProvider(), null, port => new SwitchTopology(port, new FabricOptions { SwitchName = Wwn.None }, new FcfOptions()));
        TaskRouter router = new();
        router.Luns.Add(0, unit);
        target.AddTarget(router);
        LinkServiceTap tap = new(_simulation.Segment.Attach("host", new MacAddress(0x02_00_00_00_00_01ul)));
        FcPort host = new(tap, new PortOptions { Topology = Topology.Fabric }, _simulation.Clock, new FcProvider());
        _client = new InitiatorClient(FcpInitiator.AddTo(host), _simulation.Clock);
        _simulation.Add(target.Loop);
        _simulation.Add(host.Loop);
        Wait(() => _client.Targets.Count > 0, TimeSpan.FromMinutes(1)).Should().BeTrue();
        _initiator = new ReplayInitiator(_client, _client.Targets[0], tap, Wait);
        MostOutstanding = 0;
    }

    /// <summary>Tasks that a held unit had at once.</summary>
    public int MostOutstanding { get; private set; }

    public (ReportList Report, ReplayTotals Totals) Replay(string path)
    {
        ReportList report = new();
        return (report, CaptureReplay.AsInitiator(path, new ReplayOptions(), report, _initiator));
    }

    /// <summary>What a host says that has two commands outstanding and aborts one of them.</summary>
    public void Converse()
    {
        InitiatorTarget target = _client.Targets[0];
        LocalPort local = _client.Initiator.Local;
        while (Run(_client.ExecuteAsync(target, default, new byte[6])).IsUnitAttention) { }
        AdiscPayload adisc = new() { Command = ElsCommand.Adisc, PortName = local.PortName, NodeName = local.NodeName, NPortId = local.Id };
        byte[] payload = new byte[AdiscPayload.WireSize];
        MemoryMarshal.Write(payload, in adisc);
        Run(_client.RequestAsync(target, payload));
        Run(_client.RequestAsync(target, [(byte)ElsCommand.Rtv, 0, 0, 0]));
        using CancellationTokenSource abort = new();
        Task<ScsiResult> aborted = _client.ExecuteAsync(target, default, Cdbs.Read10(0, 8), new byte[4096], cancellation: abort.Token);
        Task<ScsiResult> reset = _client.ExecuteAsync(target, default, Cdbs.Read10(8, 8), new byte[4096]);
        _simulation.Advance(TimeSpan.FromSeconds(1));
        abort.Cancel();
        Run(aborted);
        Run(_client.ManageAsync(target, default, FcpTaskManagementFlags.LogicalUnitReset));
        _simulation.Advance(TimeSpan.FromSeconds(35)); // the other has no answer, and is aborted after its 30 s
        Run(reset);
        _client.LogOut(target);
        Wait(() => _client.Targets.Count == 0, TimeSpan.FromSeconds(1)).Should().BeTrue();
        _simulation.Advance(TimeSpan.FromSeconds(1));
        _client.LogIn(target);
        Wait(() => _client.Targets.Count > 0, TimeSpan.FromSeconds(30)).Should().BeTrue();
        _simulation.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>What a host says that looks whether its login still holds, ends the image pair, and comes back.</summary>
    public void ConverseAboutLogins()
    {
        InitiatorTarget target = _client.Targets[0];
        LocalPort local = _client.Initiator.Local;
        while (Run(_client.ExecuteAsync(target, default, new byte[6])).IsUnitAttention) { }
        byte[] pdisc = new byte[LoginPayload.WireSize];
        MemoryMarshal.Write(pdisc, new LoginPayload { Command = ElsCommand.Pdisc, PortName = local.PortName, NodeName = local.NodeName });
        Run(_client.RequestAsync(target, pdisc));
        Run(_client.RequestAsync(target, [(byte)ElsCommand.Prlo, 0x10, 0, 0x14, 0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        _client.LogOut(target);
        Wait(() => _client.Targets.Count == 0, TimeSpan.FromSeconds(1)).Should().BeTrue();
        _client.LogIn(target);
        Wait(() => _client.Targets.Count > 0, TimeSpan.FromSeconds(30)).Should().BeTrue();
        Run(_client.ExecuteAsync(target, default, new byte[6]));
    }

    public void Dispose()
    {
        _writer?.Dispose();
        (_unit as IDisposable)?.Dispose();
    }

    private T Run<T>(Task<T> task)
    {
        Wait(() => task.IsCompleted, TimeSpan.FromMinutes(2)).Should().BeTrue();
        return task.Result;
    }

    private bool Wait(Func<bool> condition, TimeSpan atMost) => _simulation.RunUntil(
        () =>
        {
            if (_unit is HeldUnit held) MostOutstanding = Math.Max(MostOutstanding, held.Tasks.Count);
            return condition();
        },
        atMost);
}
