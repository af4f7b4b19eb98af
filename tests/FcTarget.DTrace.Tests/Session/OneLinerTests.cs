// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.TestKit;

namespace FcTarget.DTrace.Tests.Session;

/// <summary>
/// The one-liners of COMSTAR's fc and iscsi provider pages (those with <c>fc:::</c> for <c>iscsi:::</c>) over a live port: one peer reads
/// 8 blocks twice and writes 2, another reads 1. What they print is computed by hand from that.
/// </summary>
public sealed class OneLinerTests
{
    private const string First = "2000020000000001", Second = "2000020000000002";

    [Fact]
    public void Frequency_of_fc_probes() => Printed("fc::: { @[probename] = count(); }").Should().Be("\n\n"
        + Row("scsi-command", 4) + Row("scsi-response", 4) + Row("xfer-done", 4) + Row("xfer-start", 4));

    [Fact]
    public void Frequency_of_commands_by_client_WWN() =>
        Printed("fc:::scsi-command { @[args[0]->ci_remote] = count(); }").Should().Be("\n\n" + Row(Second, 1) + Row(First, 3));

    [Fact]
    public void Frequency_of_command_types() =>
        Printed("fc:::scsi-command { @[args[2]->ic_cdb[0]] = count(); }").Should().Be("\n\n  42                1\n  40                3\n");

    [Fact]
    public void The_same_through_the_pointer() =>
        Printed("fc:::scsi-command { @[*args[2]->ic_cdb] = count(); }").Should().Be("\n\n  42                1\n  40                3\n");

    [Fact]
    public void Bytes_by_command_type() => Printed("fc:::xfer-done { @bytes[args[2]->ic_cdb[0]] = sum(args[4]->fcx_len); }")
        .Should().Be("\n\n  42             1024\n  40             8704\n");

    [Fact]
    public void Bytes_by_client() => Printed("fc:::xfer-start { @[args[0]->ci_remote] = sum(args[4]->fcx_len); }")
        .Should().Be("\n\n" + Row(Second, 512) + Row(First, 9216));

    [Fact]
    public void Distribution_of_transfer_sizes() => Printed("fc:::xfer-start { @ = quantize(args[4]->fcx_len); }").Should().Be("\n\n\n"
        + "           value  ------------- Distribution ------------- count    \n"
        + "             256 |                                         0        \n"
        + "             512 |@@@@@@@@@@                               1        \n"
        + "            1024 |@@@@@@@@@@                               1        \n"
        + "            2048 |                                         0        \n"
        + "            4096 |@@@@@@@@@@@@@@@@@@@@                     2        \n"
        + "            8192 |                                         0        \n"
        + "\n");

    [Fact]
    public void Distribution_of_transfer_sizes_by_command_type() =>
        Printed("fc:::xfer-start { @[args[2]->ic_cdb[0] == 0x28 ? \"read\" : \"write\"] = lquantize(args[4]->fcx_len, 0, 4096, 1024); }").Should().Be("\n\n"
            + "  write                                             \n"
            + "           value  ------------- Distribution ------------- count    \n"
            + "               0 |                                         0        \n"
            + "            1024 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        \n"
            + "            2048 |                                         0        \n"
            + "\n"
            + "  read                                              \n"
            + "           value  ------------- Distribution ------------- count    \n"
            + "             < 0 |                                         0        \n"
            + "               0 |@@@@@@@@@@@@@                            1        \n"
            + "            1024 |                                         0        \n"
            + "            2048 |                                         0        \n"
            + "            3072 |                                         0        \n"
            + "         >= 4096 |@@@@@@@@@@@@@@@@@@@@@@@@@@@              2        \n"
            + "\n");

    [Fact]
    public void Every_command_with_its_CDB()
    {
        using TracedPort port = TracedPort.With("fc:::scsi-command { tracemem(args[2]->ic_cdb, 10); }");
        port.Rig.Peer.Reads(0x12, 1);
        port.Interrupt().Should().Be("\n"
            + "CPU     ID                    FUNCTION:NAME\n"
            + Line("fct_post_rcvd_cmd:scsi-command", 12) + "\n"
            + "             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
            + "         0: 28 00 00 00 00 12 00 00 01 00                    (.........\n"
            + "\n\n");
        port.Errors.Should().Be("dtrace: description 'fc:::scsi-command ' matched 1 probe\n");
    }

    [Fact]
    public void A_bare_probe_has_a_line_each_time()
    {
        using TracedPort port = TracedPort.With("fc:::scsi-command,fc:::scsi-response");
        port.Rig.Peer.Reads(0, 1);
        port.Interrupt().Should().Be("\n"
            + "CPU     ID                    FUNCTION:NAME\n"
            + Line("fct_post_rcvd_cmd:scsi-command", 12) + "\n"
            + Line("fct_send_scsi_status:scsi-response", 13) + "\n"
            + "\n");
        port.Errors.Should().Be("dtrace: description 'fc:::scsi-command,fc:::scsi-response' matched 2 probes\n");
    }

    [Fact]
    public void Affected_ports_of_RSCNs()
    {
        using TracedPort port = TracedPort.Quietly("fc:::rscn-receive { @[arg2] = count(); }");
        using Probes.PortProbeInfo local = new("20000200000000aa");
        using Probes.ConnProbeInfo link = new(local, null);
        port.Rig.Provider.RscnReceive(link, local, 0x010200);
        port.Rig.Provider.RscnReceive(link, local, 0x010200);
        port.Interrupt().Should().Be("\n\n            66048                2\n");
    }

    [Fact]
    public void Latency_of_commands_by_client()
    {
        using TracedPort port = TracedPort.Quietly("""
            fc:::scsi-command { start[args[0]->ci_remote, args[4]->fcf_ox_id] = timestamp; }
            fc:::scsi-response /start[args[0]->ci_remote, args[4]->fcf_ox_id]/
            {
                @[args[0]->ci_remote] = max((timestamp - start[args[0]->ci_remote, args[4]->fcf_ox_id]) / 1000000);
                start[args[0]->ci_remote, args[4]->fcf_ox_id] = 0;
            }
            """);
        OxId slow = port.Rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        port.Advance(7);
        OxId quick = port.Rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        port.Advance(2);
        foreach (Stmf.ScsiTask task in port.Rig.Held.Tasks.ToList()) port.Rig.Held.Completes(task);
        port.Rig.Peer.ExpectsGood(slow);
        port.Rig.Peer.ExpectsGood(quick);
        port.Interrupt().Should().Be("\n\n" + Row(First, 9));
    }

    private static string Printed(string program)
    {
        using TracedPort port = TracedPort.Quietly(program);
        port.Second.Reads(0, 1);
        port.Rig.Peer.Reads(0, 8);
        port.Rig.Peer.Reads(8, 8);
        port.Rig.Peer.Writes(0, new byte[1024]);
        return port.Interrupt();
    }

    private static string Row(string key, long value) => $"  {key,-50} {value,16}\n";

    private static string Line(string probe, int id) => $"  0 {id,6} {probe,32} ";
}
