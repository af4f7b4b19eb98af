// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.TestKit;

namespace FcTarget.DTrace.Tests.Session;

/// <summary>The scripts of probes/dtrace on a live port; what they print is computed by hand from the conversation.</summary>
public sealed class ScriptTests
{
    [Fact]
    public void Who_counts_events_by_remote_port()
    {
        using TracedPort port = TracedPort.Script("who.d");
        port.Rig.Peer.Reads(0, 1);
        port.Rig.Peer.Reads(0, 1);
        port.Second.Writes(0, new byte[512]);
        port.Interrupt().Should().Be("""
            Tracing fc... Hit Ctrl-C to end.

               REMOTE WWN                             FC EVENT    COUNT
               2000020000000002                   scsi-command        1
               2000020000000002                  scsi-response        1
               2000020000000002                      xfer-done        1
               2000020000000002                     xfer-start        1
               2000020000000001                   scsi-command        2
               2000020000000001                  scsi-response        2
               2000020000000001                      xfer-done        2
               2000020000000001                     xfer-start        2


            """);
        port.Errors.Should().BeEmpty("the script is quiet");
    }

    [Fact]
    public void Xfer_sums_bytes_by_remote_port_and_direction()
    {
        using TracedPort port = TracedPort.Script("xfer.d");
        port.Rig.Peer.Reads(0, 2);
        port.Rig.Peer.Writes(0, new byte[512]);
        port.Second.Reads(0, 16);
        port.Second.Reads(0, 16);
        port.Interrupt().Should().Be("""

                            REMOTE WWN READ/WRITE           BYTES
                      2000020000000001      write             512
                      2000020000000001       read            1024
                      2000020000000002       read           16384


            """);
    }

    [Fact]
    public void Io_shows_transfers_as_they_happen()
    {
        using TracedPort port = TracedPort.Script("io.d");
        port.Output.Should().Be(" REMOTE WWN                    BYTES   OFFSET READ/WRITE\n");
        port.Rig.Peer.Reads(0, 8);
        port.Second.Writes(0, new byte[1024]);
        port.Advance(100);
        port.Output.Should().EndWith("READ/WRITE\n"
            + " 2000020000000001               4096        0       read\n"
            + " 2000020000000002               1024        0      write\n");
    }

    [Fact]
    public void Opcodes_reports_every_so_many_seconds()
    {
        using TracedPort port = TracedPort.Script("opcodes.d", beforeLogin: false, "2");
        port.Rig.Peer.Reads(0, 1);
        port.Second.Writes(0, new byte[512]);
        port.Second.Writes(0, new byte[512]);
        port.Advance(1999);
        port.Output.Should().BeEmpty();
        port.Advance(1001); // what the tick at 2 s printed shows when records are next looked at
        string report = port.Output;
        report.Should().MatchRegex(@"^2026 Jan  1 00:00:\d\d\n");
        report[(report.IndexOf('\n') + 1)..].Should().Be("""
               REMOTE WWN                 OPCODE      COUNT
               2000020000000001               28          1
               2000020000000002               2a          2

            """);
    }

    [Fact]
    public void Sizes_draws_a_distribution_for_each_remote_port()
    {
        using TracedPort port = TracedPort.Script("sizes.d");
        port.Rig.Peer.Reads(0, 8);
        port.Rig.Peer.Writes(0, new byte[512]);
        port.Interrupt().Should().Be("""

            2000020000000001 reads (bytes)
                       value  ------------- Distribution ------------- count    
                        2048 |                                         0        
                        4096 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        
                        8192 |                                         0        
            2000020000000001 writes (bytes)
                       value  ------------- Distribution ------------- count    
                         256 |                                         0        
                         512 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        
                        1024 |                                         0        


            """);
    }

    [Fact]
    public void Latency_measures_commands_that_overlap()
    {
        using TracedPort port = TracedPort.Script("latency.d");
        OxId slow = port.Rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        port.Advance(3);
        OxId quick = port.Rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        port.Advance(1);
        foreach (Stmf.ScsiTask task in port.Rig.Held.Tasks.ToList()) port.Rig.Held.Completes(task);
        port.Rig.Peer.ExpectsGood(slow);
        port.Rig.Peer.ExpectsGood(quick);
        port.Interrupt().Should().Be("""

               REMOTE WWN                 OPCODE AVERAGE (us)
               2000020000000001               00         2500

               2000020000000001 opcode 00 (us)
                       value  ------------- Distribution ------------- count    
                         256 |                                         0        
                         512 |@@@@@@@@@@@@@@@@@@@@                     1        
                        1024 |                                         0        
                        2048 |@@@@@@@@@@@@@@@@@@@@                     1        
                        4096 |                                         0        


            """);
    }

    [Fact]
    public void Errors_names_what_failed()
    {
        using TracedPort port = TracedPort.Script("errors.d");
        OxId beyond = port.Rig.Peer.SendsRead10(0xFFFF_0000, 1);
        port.Rig.Peer.ExpectsRsp(beyond).KeyCodeQualifier.Should().Be((5, 0x21, 0));
        port.Rig.Peer.Reads(0, 1);
        port.Rig.SetLink(false);
        port.Interrupt().Should().Be("""

            2000020000000001 opcode 28 lun 0 status 02
            2000020000000001   sense 5/21/00
            2000020000000010 link down

               WWN                                    FC EVENT    COUNT
               2000020000000001                  scsi-response        1
               2000020000000010                      link-down        1


            """);
    }

    [Fact]
    public void Logins_shows_them_as_they_happen()
    {
        using TracedPort port = TracedPort.Script("logins.d", beforeLogin: true);
        port.Rig.ComesOnline();
        port.Rig.EstablishesImagePair(port.Rig.Peer);
        port.Interrupt().Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal(
            "2026 Jan  1 00:00:00 2000020000000010 link-up",
            "2026 Jan  1 00:00:00 2000020000000010 fabric-login-start",
            "2026 Jan  1 00:00:00 2000020000000010 fabric-login-end",
            "2026 Jan  1 00:00:01 2000020000000010 rport-login-start 2000020000000001 (port id 000001, by us)",
            "2026 Jan  1 00:00:01 2000020000000010 rport-login-end 2000020000000001 (port id 000001, by us)");
    }

    [Fact]
    public void Scripts_run_where_they_are_made_executable() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "scripts"))
            .Should().HaveCount(8).And.OnlyContain(f => File.ReadLines(f).First() == "#!/usr/bin/env -S fctarget dtrace -s");
}
