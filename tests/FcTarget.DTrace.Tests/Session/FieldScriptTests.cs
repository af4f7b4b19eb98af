// SPDX-License-Identifier: MIT

using FcTarget.TestKit;

namespace FcTarget.DTrace.Tests.Session;

/// <summary>
/// The scripts of the provider pages and those that storage people wrote for COMSTAR, by what each does and in the idioms each is written in,
/// from their first line on: <c>#!/usr/sbin/dtrace -s</c>. What they print is computed by hand. (who, xfer and io are ScriptTests'.)
/// </summary>
public sealed class FieldScriptTests
{
    private const string First = "2000020000000001", Second = "2000020000000002";

    /// <summary>iscsiwho.d, fcwho.d: a glob for the provider, a heading and a table when it ends.</summary>
    [Fact]
    public void Who()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s
            #pragma D option quiet
            dtrace:::BEGIN { printf("go\n"); }
            fc*::: { @n[args[0]->ci_remote, probename] = count(); }
            dtrace:::END { printf(" %-20s %14s %6s\n", "REMOTE WWN", "EVENT", "COUNT"); printa(" %-20s %14s %@6d\n", @n); }
            """);
        port.Rig.Peer.Reads(0, 1);
        port.Interrupt().Should().Be("go\n\n REMOTE WWN                    EVENT  COUNT\n"
            + $" {First,-20}   scsi-command      1\n {First,-20}  scsi-response      1\n"
            + $" {First,-20}      xfer-done      1\n {First,-20}     xfer-start      1\n\n");
    }

    /// <summary>iscsixfer.d: bytes by client and direction; the width stands before the @.</summary>
    [Fact]
    public void Xfer()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s

            #pragma D option quiet

            fc:::xfer-start
            {
                @[args[0]->ci_remote, args[4]->fcx_flags & 1 ? "read" : "write"] = sum(args[4]->fcx_len);
            }

            END
            {
                printf("%26s %10s %8s\n", "REMOTE", "READ/WRITE", "BYTES");
                printa("%26s %10s %15@d\n", @);
            }
            """);
        port.Rig.Peer.Reads(0, 2);
        port.Rig.Peer.Writes(0, new byte[512]);
        port.Interrupt().Should().Be("\n                    REMOTE READ/WRITE    BYTES\n"
            + $"          {First}      write             512\n          {First}       read            1024\n\n");
    }

    /// <summary>Transfers of each client every second, cleared with trunc().</summary>
    [Theory]
    [InlineData("count()", 3, 1)]
    [InlineData("sum(args[4]->fcx_len / 1024)", 12, 4)]
    public void Rate_by_client(string aggregate, int first, int second)
    {
        using TracedPort port = TracedPort.Text("#!/usr/sbin/dtrace -s\n#pragma D option quiet\n"
            + "fc:::xfer-start { @[args[0]->ci_remote] = " + aggregate + "; }\nprofile:::tick-1sec { printa(@); trunc(@); }\n");
        for (int i = 0; i < 3; i++) port.Rig.Peer.Reads(0, 8);
        port.Second.Reads(0, 8);
        port.Advance(1000);
        port.Output.Should().Be($"\n  {Second,-50} {second,16}\n  {First,-50} {first,16}\n");
        port.Rig.Peer.Reads(0, 8);
        port.Advance(1000);
        port.Output.Should().EndWith($"\n\n  {First,-50} {first / 3,16}\n", "what was counted before is gone");
    }

    /// <summary>Total bytes every second: an aggregation that BEGIN makes, so that it prints before there is traffic.</summary>
    [Fact]
    public void Total_of_transfers()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s
            #pragma D option quiet
            dtrace:::BEGIN { @transfer = sum(0); }
            fc:::xfer-start { @transfer = sum(args[4]->fcx_len); }
            profile:::tick-1sec { printa(@transfer); }
            """);
        port.Advance(1000);
        port.Output.Should().Be("\n                0\n");
        port.Rig.Peer.Reads(0, 8);
        port.Advance(1000);
        port.Output.Should().Be("\n                0\n\n             4096\n");
    }

    /// <summary>iscsirwtime.d for fc: times by transfer, keyed by a raw argument; arg8 tells reads from writes.</summary>
    [Fact]
    public void Time_of_transfers()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s

            #pragma D option quiet

            inline int TOP = 10;

            fc:::xfer-start { began[arg2] = timestamp; }

            fc:::xfer-done
            /began[arg2] != 0/
            {
                this->elapsed = timestamp - began[arg2];
                @rw[arg8 ? "read" : "write"] = quantize(this->elapsed / 1000);
                @host[args[0]->ci_remote] = sum(this->elapsed);
                began[arg2] = 0;
            }

            dtrace:::END
            {
                printf("distributions (us):\n");
                printa(@rw);
                printf("\ntop %d clients (total us):\n", TOP);
                normalize(@host, 1000);
                trunc(@host, TOP);
                printa(@host);
            }
            """);
        Formats.OxId write = port.Rig.Peer.SendsWrite10(0, 1);
        Formats.RxId ready = port.Rig.Peer.ExpectsXferRdy(write, 0, 512);
        port.Advance(3);
        port.Rig.Peer.SendsBurst(write, ready, 0, new byte[512]);
        port.Rig.Peer.ExpectsGood(write);
        port.Interrupt().Should().Be("\ndistributions (us):\n\n"
            + "  write                                             \n"
            + "           value  ------------- Distribution ------------- count    \n"
            + "            1024 |                                         0        \n"
            + "            2048 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        \n"
            + "            4096 |                                         0        \n"
            + $"\n\ntop 10 clients (total us):\n\n  {First,-50} {3000,16}\n\n");
    }

    /// <summary>Commands by name: a table of strings made in BEGIN, looked up by operation code, compared with NULL.</summary>
    [Fact]
    public void Commands_by_name()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -Cs
            #pragma D option quiet
            string name[uchar_t];
            dtrace:::BEGIN { name[0x28] = "read(10)"; name[0x2a] = "write(10)"; }
            fc:::xfer-start
            {
                began[arg2] = timestamp;
                this->code = *args[2]->ic_cdb;
                this->cmd = name[this->code] != NULL ? name[this->code] : lltostr(this->code);
                op[arg2] = this->code;
                @[args[0]->ci_remote, this->cmd] = count();
            }
            fc:::xfer-done
            /began[arg2] != NULL && (op[arg2] == 0x88 | op[arg2] == 0x28)/
            {
                @rd = quantize((timestamp - began[arg2]) / 1000);
                began[arg2] = 0; op[arg2] = 0;
            }
            END { printa("%s %s %@d\n", @); printa("reads%@d", @rd); }
            """);
        port.Rig.Peer.Reads(0, 1);
        Formats.OxId inquiry = port.Rig.Peer.SendsCommand(Cdbs.Inquiry(36), Formats.Fcp.FcpDataDirection.ReadData, 36);
        port.Rig.Peer.ExpectsData(inquiry, 36);
        port.Rig.Peer.ExpectsGood(inquiry);
        port.Interrupt().Should().StartWith($"\n{First} 18 1\n{First} read(10) 1\nreads\n           value  ---");
    }

    /// <summary>For a collector of metrics: a path that begins with the script's argument, one line a client and value, every second and at the end.</summary>
    [Fact]
    public void Metrics_for_a_collector()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s
            #pragma D option quiet
            fc:::xfer-start
            {
                this->path = strjoin(strjoin($$1, "/fc-"), args[0]->ci_remote);
                @size[this->path] = avg(args[4]->fcx_len);
                @iops[this->path] = count();
            }
            tick-1sec,END
            {
                printa("PUTVAL %s/size N:%@d\n", @size);
                printa("PUTVAL %s/iops N:%@d\n", @iops);
                trunc(@size);
                trunc(@iops);
            }
            """, "host");
        port.Rig.Peer.Reads(0, 8);
        port.Rig.Peer.Reads(0, 1);
        port.Advance(2000);
        port.Output.Should().Be($"PUTVAL host/fc-{First}/size N:2304\nPUTVAL host/fc-{First}/iops N:2\n");
    }

    /// <summary>iscsi_latency.d for fc: a thread-local time, and a distribution that is printed and truncated.</summary>
    [Fact]
    public void Latency_in_a_thread_local_variable()
    {
        using TracedPort port = TracedPort.Text("""
            #!/usr/sbin/dtrace -s
            #pragma D option quiet
            fc:::xfer-start { self->ts = timestamp; @events[args[0]->ci_remote, probename] = count(); }
            fc:::xfer-done /self->ts/
            {
                @events[args[0]->ci_remote, probename] = count();
                @q = quantize((timestamp - self->ts) / 1000);
                self->ts = 0;
            }
            profile:::tick-10s { printf("Values in usec\n"); printa(@q); trunc(@q, 0); }
            """);
        port.Rig.Peer.Reads(0, 8);
        port.Advance(11_000);
        port.Output.Should().Be("Values in usec\n\n\n"
            + "           value  ------------- Distribution ------------- count    \n"
            + "              -1 |                                         0        \n"
            + "               0 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        \n"
            + "               1 |                                         0        \n\n");
        port.Interrupt().Should().EndWith($"\n\n  {First,-50}  {"xfer-done",-50} {1,16}\n  {First,-50}  {"xfer-start",-50} {1,16}\n");
    }

    /// <summary>Payload by command type, and its distribution: the last two one-liners of the iscsi page, with fc's names.</summary>
    [Fact]
    public void Payload_by_command_type()
    {
        using TracedPort port = TracedPort.Text("#!/usr/sbin/dtrace -qs\n#pragma D option quiet\nfc:::xfer-done { @b[probename] = sum(args[4]->fcx_len); }");
        port.Rig.Peer.Reads(0, 8);
        port.Rig.Peer.Writes(0, new byte[512]);
        port.Interrupt().Should().Be($"\n\n  {"xfer-done",-50} {4608,16}\n");
    }

    /// <summary>Scripts that reach into COMSTAR's own structures cannot run here, and say at which line.</summary>
    [Fact]
    public void Kernel_structures_are_refused_by_name()
    {
        Action script = () => TracedPort.Text("#!/usr/sbin/dtrace -s\nfc:::scsi-command\n{\n\tthis->task = (scsi_task_t *)arg2;\n}\n").Dispose();
        script.Should().Throw<Contract.DCompileException>().WithMessage("failed to compile script field.d: line 4: *scsi_task_t*");
    }
}
