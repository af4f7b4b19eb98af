// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;
using FcTarget.Probes.Tests.Usdt;

namespace FcTarget.Tracing.Tests;

/// <summary>The scripts of probes/bpftrace, run by bpftrace on a live target. What is expected was counted by hand.</summary>
[Collection("tracing")]
public sealed class BpftraceTests : IDisposable
{
    private const FcProbeSet Xfers = FcProbeSet.XferStart | FcProbeSet.XferDone, Commands = FcProbeSet.ScsiCommand | FcProbeSet.ScsiResponse;

    private readonly LiveTarget _target;

    public BpftraceTests()
    {
        Tool.SkipUnlessTracing("bpftrace");
        _target = new LiveTarget();
    }

    [SkippableFact]
    public void Who_counts_every_probe_for_every_remote_port()
    {
        string[] lines = _target.Bpftrace(ProbeFiles.Script("who.bt"), FcProbeSet.All, () =>
        {
            for (int i = 0; i < 5; i++) _target.Peer.Reads(0, 8);
            _target.Peer.Writes(0, new byte[512]);
            _target.Rig.SetLink(false);
            _target.Rig.SetLink(true);
        });
        lines.Should().BeEquivalentTo(
            Event("scsi-command", 6), Event("xfer-start", 6), Event("xfer-done", 6), Event("scsi-response", 6),
            Event("rport-logout-start", 1), Event("rport-logout-end", 1),
            Event("link-down", 1, "<unknown>"), Event("link-up", 1, "<unknown>"), Event("fabric-login-start", 1, "<unknown>"));

        static string Event(string probe, int count, string remote = LiveTarget.Remote) => $"@events[{remote}, {probe}]: {count}";
    }

    [SkippableFact]
    public void Opcodes_counts_commands_by_name_and_task_management_apart()
    {
        string[] lines = _target.Bpftrace(ProbeFiles.Script("opcodes.bt"), FcProbeSet.ScsiCommand, () =>
        {
            for (int i = 0; i < 3; i++) _target.Peer.Reads(0, 8);
            for (int i = 0; i < 2; i++) _target.Peer.Writes(0, new byte[512]);
            _target.Peer.ExpectsRsp(_target.Peer.SendsCommand([0xC1, 0, 0, 0, 0, 0]));
            _target.Peer.ExpectsRsp(_target.Peer.SendsCommand(new byte[16], taskManagement: Formats.Fcp.FcpTaskManagementFlags.LogicalUnitReset));
        });
        lines.Should().BeEquivalentTo(
            $"@commands[{LiveTarget.Remote}, 40, READ(10)]: 3", $"@commands[{LiveTarget.Remote}, 42, WRITE(10)]: 2",
            $"@commands[{LiveTarget.Remote}, 193, ]: 1", $"@task_management[{LiveTarget.Remote}, 16]: 1");
    }

    [SkippableFact]
    public void Xfers_sums_bytes_and_draws_sizes_in_powers_of_two()
    {
        string[] lines = _target.Bpftrace(ProbeFiles.Script("xfers.bt"), FcProbeSet.XferDone, () =>
        {
            for (int i = 0; i < 3; i++) _target.Peer.Reads(0, 8);
            _target.Peer.Reads(0, 128);
            for (int i = 0; i < 2; i++) _target.Peer.Writes(0, new byte[512]);
        });
        lines.Should().Contain($"@bytes[{LiveTarget.Remote}, read]: {(3 * 4096) + 65536}");
        lines.Should().Contain($"@bytes[{LiveTarget.Remote}, write]: 1024");
        Histogram(lines, $"@sizes[{LiveTarget.Remote}, read]: ").Should().Equal(("[4K, 8K)", 3), ("[64K, 128K)", 1));
        Histogram(lines, $"@sizes[{LiveTarget.Remote}, write]: ").Should().Equal(("[512, 1K)", 2));
    }

    [SkippableFact]
    public void Latency_pairs_start_and_end_of_every_command_and_transfer()
    {
        string[] lines = _target.Bpftrace(ProbeFiles.Script("latency.bt"), Commands | Xfers, () =>
        {
            for (int i = 0; i < 7; i++) _target.Peer.Reads(0, 8);
            _target.Peer.Writes(0, new byte[300 * 1024]); // two bursts
            _target.Peer.ExpectsRsp(_target.Peer.SendsCommand(FcTarget.TestKit.Cdbs.TestUnitReady));
        });
        Count("@command_us", 40).Should().Be(7);
        Count("@xfer_us", 40).Should().Be(7);
        Count("@command_us", 42).Should().Be(1);
        Count("@xfer_us", 42).Should().Be(2);
        Count("@command_us", 0).Should().Be(1);
        lines.Count(l => l.StartsWith('@')).Should().Be(5, "what has not ended is not shown");

        int Count(string map, int opcode) => Histogram(lines, $"{map}[{LiveTarget.Remote}, {opcode}]: ").Sum(b => b.Count);
    }

    [SkippableFact]
    public void Errors_tells_status_sense_aborts_failed_logins_and_lost_links()
    {
        string[] lines = _target.Bpftrace(
            ProbeFiles.Script("errors.bt"), FcProbeSet.ScsiResponse | FcProbeSet.AbtsReceive | FcProbeSet.RportLoginEnd | FcProbeSet.LinkDown, () =>
        {
            _target.Peer.Reads(0, 8);
            _target.Peer.ExpectsRsp(_target.Peer.SendsRead10(0xFFFF_FFF0, 1));
            OxId write = _target.Peer.SendsWrite10(0, 8);
            RxId rxId = _target.Peer.ExpectsXferRdy(write, 0, 4096);
            _target.Peer.SendsAbts(write, rxId);
            _target.Peer.ExpectsBaAcc(write);
            _target.Peer.ReceiveDataFieldSize = 128;
            _target.Peer.ExpectsReject(_target.Peer.SendsPlogi(), ElsReject.BadReceiveDataFieldSize);
            _target.Rig.SetLink(false);
        });
        lines[0].Should().Be($"{LiveTarget.Remote} status 02 rsp_code 00 lun 0000000000000000 opcode 28 sense 5/21/00");
        lines[1].Should().MatchRegex($"^{LiveTarget.Remote} aborts exchange [0-9a-f]{{4}}-[0-9a-f]{{4}}$");
        lines[2].Should().Be($"{LiveTarget.Remote} login failed: {FcLoginStatus.LsRjt(3, 7)}");
        lines[3].Should().Be($"{LiveTarget.Local} link down");
        lines[4..].Should().BeEquivalentTo(
            $"@errors[{LiveTarget.Remote}, scsi-response]: 1", $"@errors[{LiveTarget.Remote}, abts-receive]: 1",
            $"@errors[{LiveTarget.Remote}, rport-login-end]: 1", $"@errors[{LiveTarget.Local}, link-down]: 1");
    }

    [SkippableFact]
    public void Logins_tells_them_as_they_happen()
    {
        const FcProbeSet Rport = FcProbeSet.RportLoginStart | FcProbeSet.RportLoginEnd | FcProbeSet.RportLogoutStart | FcProbeSet.RportLogoutEnd;
        const FcProbeSet Link = FcProbeSet.LinkUp | FcProbeSet.LinkDown | FcProbeSet.FabricLoginStart | FcProbeSet.FabricLoginEnd;
        string[] lines = _target.Bpftrace(ProbeFiles.Script("logins.bt"), Rport | Link | FcProbeSet.RscnReceive, () =>
        {
            _target.Peer.ExpectsAccept(_target.Peer.SendsLogo());
            _target.Peer.ExpectsAccept(_target.Peer.SendsPlogi());
            _target.Rig.SetLink(false);
        });
        const string Both = $"{LiveTarget.Local} {LiveTarget.Remote} 000021";
        lines.Should().Equal(
            $"{Both} logout (by the remote port)", $"{Both} logout ends (by the remote port)",
            $"{Both} login (by the remote port)", $"{Both} login ends (by the remote port): 0",
            $"{LiveTarget.Local} link down", $"{Both} logout (by us)", $"{Both} logout ends (by us)");
    }

    /// <summary>A process that is traced by its id, as an operator does it.</summary>
    [SkippableFact]
    public void A_target_at_work_answers_what_it_is_asked_and_goes_on()
    {
        using DemoProcess demo = new();
        string[] lines = LiveTarget.Bpftrace(demo.Id, ProbeFiles.Script("who.bt"), bpftrace =>
        {
            string[] seen = [];
            for (int i = 0; i < 20; i++) seen = LiveTarget.ReadOn(bpftrace);
            return seen;
        });
        // bpftrace attaches and detaches one probe after the other, so the counts differ; each has thousands.
        foreach (string probe in (string[])["scsi-command", "xfer-start", "xfer-done", "scsi-response"])
        {
            string line = lines.Single(l => l.Contains($", {probe}]: ", StringComparison.Ordinal));
            line.Should().MatchRegex(@"^@events\[[0-9a-f]{16}, [a-z-]+\]: \d+$");
            long.Parse(line.Split(": ")[1]).Should().BeGreaterThan(100);
        }
        demo.IsRunning.Should().BeTrue();
    }

    [Fact]
    public void Every_script_declares_the_structures_as_the_header_does()
    {
        string header = Flat(File.ReadAllText(ProbeFiles.Header));
        string[] scripts = Directory.GetFiles(Path.GetDirectoryName(ProbeFiles.Script("x"))!, "*.bt");
        scripts.Should().HaveCount(6);
        foreach (string script in scripts)
            foreach (string declaration in File.ReadAllText(script).Split("\n\n").Where(p => p.StartsWith("struct ", StringComparison.Ordinal)))
                header.Should().Contain(Flat(declaration), Path.GetFileName(script));

        static string Flat(string c) => System.Text.RegularExpressions.Regex.Replace(
            System.Text.RegularExpressions.Regex.Replace(c, @"/\*.*?\*/", " ", System.Text.RegularExpressions.RegexOptions.Singleline), @"\s+", " ").Trim();
    }

    public void Dispose() => _target?.Dispose();

    /// <summary>The buckets of a histogram that are not empty.</summary>
    private static (string Bucket, int Count)[] Histogram(string[] lines, string title) =>
    [
        .. lines.SkipWhile(l => l != title).Skip(1).TakeWhile(l => l.StartsWith('[')).Select(l => l.Split('|')[0])
            .Select(l => (l[..(l.LastIndexOfAny([')', ']']) + 1)], int.Parse(l[(l.LastIndexOfAny([')', ']']) + 1)..]))).Where(b => b.Item2 != 0),
    ];
}
