// SPDX-License-Identifier: MIT

using System.Globalization;
using FcTarget.Formats;
using FcTarget.TestKit;

namespace FcTarget.DTrace.Tests.Session;

/// <summary>
/// Scripts for COMSTAR's iscsi provider with <c>fc:::</c> in place of <c>iscsi:::</c>, and nothing else changed: they use members that only the
/// iscsi interface has. What they do is what the provider pages' scripts and their relatives do; what they print is computed by hand.
/// </summary>
public sealed class IscsiScriptTests
{
    private const string First = "2000020000000001", Second = "2000020000000002", Port = "2000020000000010";

    /// <summary>The xfer report: bytes by client and direction.</summary>
    [Fact]
    public void Bytes_by_client_and_direction()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s

            #pragma D option quiet

            fc:::xfer-start
            {
                  @[args[0]->ci_remote, args[2]->xfer_type] = sum(args[2]->xfer_len);
            }

            END
            {
                  printf("%20s %12s %9s\n",  "CLIENT", "DIRECTION", "BYTES");
                  printa("%20s %12s %14@d\n", @);
            }
            """);
        port.Rig.Peer.Reads(0, 2);
        port.Rig.Peer.Writes(0, new byte[512]);
        port.Second.Reads(0, 8);
        port.Interrupt().Should().Be("\n              CLIENT    DIRECTION     BYTES\n"
            + $"    {First}        write            512\n    {First}         read           1024\n    {Second}         read           4096\n\n");
    }

    /// <summary>The same as it happens.</summary>
    [Fact]
    public void Transfers_as_they_happen()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s
            #pragma D option quiet
            BEGIN
            {
             printf(" %-20s %8s %10s\n", "CLIENT", "BYTES", "DIRECTION");

            }
            fc:::xfer-start
            {
             printf(" %-20s %8d %10s\n", args[0]->ci_remote, args[2]->xfer_len, args[2]->xfer_type);
            }
            """);
        port.Rig.Peer.Reads(0, 2);
        port.Second.Writes(0, new byte[512]);
        port.Interrupt().Should().Be($" CLIENT                  BYTES  DIRECTION\n\n {First,-20}     1024       read\n {Second,-20}      512      write\n\n");
    }

    /// <summary>Snoop of transfers: the direction by raw argument, microseconds, LUN.</summary>
    [Fact]
    public void Transfers_with_time_direction_and_LUN()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s
            #pragma D option quiet
            #pragma D option switchrate=10hz
            dtrace:::BEGIN { printf("%-10s %-18s %2s %-8s %6s\n", "TIME(us)", "CLIENT", "OP", "BYTES", "LUN"); began = timestamp; }
            fc:::xfer-start
            {
                printf("%-10d %-18s %2s %-8d %6d\n", (timestamp - began) / 1000, args[0]->ci_remote, arg8 ? "R" : "W", args[2]->xfer_len,
                    args[1]->ii_lun);
            }
            """);
        port.Advance(7);
        port.Rig.Peer.Reads(0, 1);
        port.Rig.Peer.Writes(0, new byte[1024]);
        port.Advance(100);
        port.Output.Should().Be("TIME(us)   CLIENT             OP BYTES       LUN\n"
            + $"7000       {First,-18}  R 512           0\n7000       {First,-18}  W 1024          0\n");
    }

    /// <summary>Times of transfers by direction, client and target.</summary>
    [Fact]
    public void Times_of_transfers_by_direction_client_and_target()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s

            #pragma D option quiet

            inline int TOP_TARGETS = 10;

            fc:::xfer-start
            {
                start[arg1] = timestamp;
            }

            fc:::xfer-done
            /start[arg1] != 0/
            {
                this->elapsed = timestamp - start[arg1];
                @rw[arg8 ? "read" : "write"] = quantize(this->elapsed / 1000);
                @host[args[0]->ci_remote] = sum(this->elapsed);
                @targ[args[1]->ii_target] = sum(this->elapsed);
                start[arg1] = 0;
            }

            dtrace:::END
            {
                printa(@rw);
                normalize(@host, 1000);
                printa("client %s %@d us\n", @host);
                normalize(@targ, 1000);
                trunc(@targ, TOP_TARGETS);
                printa("target %s %@d us\n", @targ);
            }
            """);
        WritesIn(port, milliseconds: 3);
        port.Rig.Peer.Reads(0, 1);
        port.Interrupt().Should().Be("\n\n"
            + "  read                                              \n" + "           value  ------------- Distribution ------------- count    \n"
            + "              -1 |                                         0        \n"
            + "               0 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        \n"
            + "               1 |                                         0        \n\n"
            + "  write                                             \n" + "           value  ------------- Distribution ------------- count    \n"
            + "            1024 |                                         0        \n"
            + "            2048 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        \n"
            + "            4096 |                                         0        \n\n"
            + $"client {First} 3000 us\ntarget {Port} 3000 us\n\n");
    }

    /// <summary>I/O in counts, Kbytes and Kbytes a second: three aggregations in one table, one normalized by the time that has passed.</summary>
    [Fact]
    public void Counts_kilobytes_and_rates_in_one_table()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s
            #pragma ident   "@(#)io.d  1.2     07/03/27 SMI"

            #pragma D option quiet

            dtrace:::BEGIN { start = timestamp; }

            fc*:::xfer-start
            /args[2]->ic_cdb[0] == 0x0a || args[2]->ic_cdb[0] == 0x2a/
            {
                @num[args[0]->ci_remote, "write"] = count();
                @bytes[args[0]->ci_remote, "write"] = sum(args[1]->ii_datalen);
                @rate[args[0]->ci_remote, "write"] = sum(args[1]->ii_datalen);
            }

            fc*:::xfer-start
            /args[2]->ic_cdb[0] == 0x08 || args[2]->ic_cdb[0] == 0x28/
            {
                @num[args[0]->ci_remote, "read"] = count();
                @bytes[args[0]->ci_remote, "read"] = sum(args[1]->ii_datalen);
                @rate[args[0]->ci_remote, "read"] = sum(args[1]->ii_datalen);
            }

            dtrace:::END
            {
                normalize(@rate, (timestamp - start) * 1024 / 1000000000);
                printf(" %-18s %8s %8s %10s %10s\n", "CLIENT", "EVENT", "COUNT", "Kbytes", "KB/sec");
                normalize(@bytes, 1024);
                printa(" %-18s %8s %@8d %@10d %@10d\n", @num, @bytes, @rate);
            }
            """);
        for (int i = 0; i < 5; i++) port.Rig.Peer.Reads(0, 16);
        port.Rig.Peer.Writes(0, new byte[4096]);
        port.Advance(4000);
        port.Interrupt().Should().Be("\n CLIENT                EVENT    COUNT     Kbytes     KB/sec\n"
            + $" {First,-18}    write        1          4          1\n {First,-18}     read        5         40         10\n\n");
    }

    /// <summary>Latency by task tag and initiator: an associative array with two keys, from command to response.</summary>
    [Fact]
    public void Latency_of_commands_by_tag_and_initiator()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s
            #pragma D option quiet
            fc*:::scsi-command
            /args[2]->ic_cdb[0] == 0x0a || args[2]->ic_cdb[0] == 0x2a/
            {
                start_write[args[1]->ii_itt, args[1]->ii_initiator] = timestamp;
            }
            fc*:::scsi-response
            /start_write[args[1]->ii_itt, args[1]->ii_initiator]/
            {
                @write[args[0]->ci_remote] = quantize(timestamp -
                    start_write[args[1]->ii_itt, args[1]->ii_initiator]);
                start_write[args[1]->ii_itt, args[1]->ii_initiator] = 0;
            }
            dtrace:::END { printf("Write Latency (ns),\n"); printa(@write); }
            """);
        WritesIn(port, milliseconds: 2);
        port.Second.Reads(0, 1);
        port.Interrupt().Should().Be($"\nWrite Latency (ns),\n\n  {First,-50}\n"
            + "           value  ------------- Distribution ------------- count    \n"
            + "          524288 |                                         0        \n"
            + "         1048576 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        \n"
            + "         2097152 |                                         0        \n\n\n");
    }

    /// <summary>
    /// Snoop of events: a table of names whose last line has no semicolon, lists of descriptions with globs, the time of day, the processor, and
    /// a predicate that compares a string with NULL.
    /// </summary>
    [Fact]
    public void Events_with_time_processor_and_the_name_of_the_command()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s
            /*
             * Hit Ctrl-C to end. "-" stands for no command.
             */
            #pragma D option quiet
            #pragma D option switchrate=10

            dtrace:::BEGIN
            {
                printf("%-20s %3s  %-18s %-14s %6s %6s  %12s\n", "TIMESTAMP", "CPU", "REMOTE", "EVENT", "BYTES", "TAG", "SCSIOP");
                scsiop[0x12] = "inquiry";
                scsiop[0x28] = "read(10)"
            }

            fc*:::xfer-*,
            fc*:::scsi-response
            {
                printf("%-20Y %3d  %-18s %-14s %6d %6d  %12s\n", walltimestamp, cpu, args[0]->ci_remote,
                    probename, args[1]->ii_datalen, args[1]->ii_itt > 0, "-");
            }

            fc*:::scsi-command
            /scsiop[args[2]->ic_cdb[0]] != NULL/
            {
                printf("%-20Y %3d  %-18s %-14s %6d %6d  %12s\n", walltimestamp, cpu, args[0]->ci_remote,
                    probename, args[1]->ii_datalen, args[1]->ii_itt > 0, scsiop[args[2]->ic_cdb[0]]);
            }

            fc*:::scsi-command
            /scsiop[args[2]->ic_cdb[0]] == NULL/
            {
                printf("%-20Y %3d  %-18s %-14s %6d %6d  0x%x\n", walltimestamp, cpu, args[0]->ci_remote,
                    probename, args[1]->ii_datalen, args[1]->ii_itt > 0, args[2]->ic_cdb[0]);
            }
            """);
        port.Rig.Peer.NextOxId();
        port.Rig.Peer.Reads(0, 2);
        OxId testUnitReady = port.Rig.Peer.SendsCommand(Cdbs.TestUnitReady, Formats.Fcp.FcpDataDirection.None, 0);
        port.Rig.Peer.ExpectsGood(testUnitReady);
        DateTimeOffset now = port.Rig.Clock.GetUtcNow();
        string at = string.Create(CultureInfo.InvariantCulture, $@"{now:yyyy MMM} {now.Day,2} {now:HH:mm:ss}");
        port.Interrupt().Should().MatchRegex(
            "^TIMESTAMP            CPU  REMOTE             EVENT           BYTES    TAG        SCSIOP\n\n"
            + $"{at}  +\\d+  {First}   scsi-command        0      1      read\\(10\\)\n"
            + $"{at}  +\\d+  {First}   xfer-start       1024      1             -\n"
            + $"{at}  +\\d+  {First}   xfer-done        1024      1             -\n"
            + $"{at}  +\\d+  {First}   scsi-response       0      1             -\n"
            + $"{at}  +\\d+  {First}   scsi-command        0      1  0x0\n"
            + $"{at}  +\\d+  {First}   scsi-response       0      1             -\n\n$");
    }

    /// <summary>Payload by type of event, and its distribution: the last two one-liners of the page.</summary>
    [Fact]
    public void Payload_by_type_of_event()
    {
        using TracedPort port = TracedPort.Text("fc:::xfer-*,fc:::scsi-* { @[probename] = sum(args[1]->ii_datalen); @d[probename] = max(args[1]->ii_datalen); }");
        port.Rig.Peer.Reads(0, 8);
        port.Rig.Peer.Writes(0, new byte[512]);
        port.Interrupt().Should().Be(
            $"\n\n  {"scsi-command",-50} {0,16}\n  {"scsi-response",-50} {0,16}\n  {"xfer-done",-50} {4608,16}\n  {"xfer-start",-50} {4608,16}\n"
            + $"  {"scsi-command",-50} {0,16}\n  {"scsi-response",-50} {0,16}\n  {"xfer-done",-50} {4096,16}\n  {"xfer-start",-50} {4096,16}\n");
    }

    /// <summary>The same over all probes, as the page has it: those that move no data have none.</summary>
    [Theory]
    [InlineData("fc*::: { @[probename] = sum(args[1]->ii_datalen); }")]
    [InlineData("fc*::: /args[1]->ii_datalen/ { @[probename] = sum(args[1]->ii_datalen); } fc*::: /!args[1]->ii_datalen/ { @[probename] = sum(0); }")]
    public void Payload_over_all_probes(string program)
    {
        using TracedPort port = TracedPort.Text(program);
        port.Rig.Peer.Reads(0, 8);
        port.Rig.Peer.Writes(0, new byte[512]);
        port.Rig.Peer.ExpectsAccept(port.Rig.Peer.SendsLogo());
        port.Interrupt().Should().Be(
            $"\n\n  {"rport-logout-end",-50} {0,16}\n  {"rport-logout-start",-50} {0,16}\n  {"scsi-command",-50} {0,16}\n  {"scsi-response",-50} {0,16}\n  {"xfer-done",-50} {4608,16}\n  {"xfer-start",-50} {4608,16}\n");
    }

    /// <summary>What fc has not at all is refused, as it is by any interface without it.</summary>
    [Theory]
    [InlineData("fc:::scsi-command { trace(args[1]->ii_cmdsn); }", "ii_cmdsn is not a member of struct fc_port_info")]
    [InlineData("fc:::scsi-command { trace(args[2]->xfer_len); }", "xfer_len is not a member of struct scsicmd")]
    [InlineData("fc:::xfer-start { trace(args[2]->xfer_rkey); }", "xfer_rkey is not a member of struct scsicmd")]
    [InlineData("fc:::rport-login-start { trace(args[1]->ii_initiator); }", "ii_initiator is not a member of struct fc_port_info")]
    [InlineData("fc:::xfer-start { this->p = args[2]; trace(this->p->xfer_len); }", "xfer_len is not a member of struct scsicmd")]
    public void What_fc_has_not_is_refused(string program, string message) => FiringRig.Refusal(program).Should().EndWith(message);

    private static void WritesIn(TracedPort port, int milliseconds)
    {
        OxId write = port.Rig.Peer.SendsWrite10(0, 1);
        RxId ready = port.Rig.Peer.ExpectsXferRdy(write, 0, 512);
        port.Advance(milliseconds);
        port.Rig.Peer.SendsBurst(write, ready, 0, new byte[512]);
        port.Rig.Peer.ExpectsGood(write);
    }
}
